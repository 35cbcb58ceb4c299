// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tck.broken.BrokenProviders.acceptor;
import static io.plywire.tck.broken.BrokenProviders.provider;
import static io.plywire.tck.broken.BrokenProviders.with;

import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Completions;
import io.plywire.stream.Handler;
import io.plywire.stream.Initiation;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** Defects of connects, accepts and wraps in what holds for all operations: A5, A6, A7 and A9. */
final class BrokenRequests {
  private BrokenRequests() {}

  static List<Broken> all() {
    return List.of(
        acceptor("an accept is over after its handler only", "A5.1", Reentered::new),
        acceptor("the handlers of accepts are remembered", "N2.5", Remembering::new),
        acceptor("deferred accepts start by themselves", "A6.1", Eager::new),
        acceptor(
            "an accept without handler is accepted",
            "A7.1",
            acceptor ->
                new BentAcceptor(acceptor) {
                  @Override
                  public void asyncAccept(Handler<AsyncStream> handler) {
                    if (handler != null) {
                      super.asyncAccept(handler);
                    }
                  }
                }),
        provider(
            "a connect to a null endpoint is refused as if it were another one's",
            "A7.1",
            new BentProvider() {
              @Override
              public void asyncConnect(
                  Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
                if (remote == null) {
                  throw new IllegalArgumentException("no endpoint");
                }
                super.asyncConnect(remote, options, handler);
              }
            }),
        acceptor("a request on the executor ends an accept at once", "A9.1", EndsAtOnce::new),
        acceptor("a late request hits the next accept", "A9.2", Persistent::new),
        provider("a late request closes what was connected", "A9.2", new Revoking()),
        new Broken(
            "a late request closes what was wrapped",
            "A9.2",
            BrokenLayers.sealed(Set.of(Sealed.Defect.LATE_REQUEST_CLOSES))),
        acceptor("the error of a cancelled accept does not name the type", "A9.3", Untyped::new),
        acceptor(
            "a request for an accept is heard from the executor's turn on", "A9.4", HearsLate::new),
        provider("an address is not free before the last connection", "P3.4", new Clinging()));
  }

  /** A handler whose requests go through a signal of its own. */
  private static Handler<AsyncStream> signalled(
      CancellationSignal signal, Handler<AsyncStream> associations, Handler<AsyncStream> what) {
    Handler<AsyncStream> rest = with(associations, what);
    return new Handler<>() {
      @Override
      public void completed(IOException error, AsyncStream stream) {
        rest.completed(error, stream);
      }

      @Override
      public java.util.concurrent.Executor executor() {
        return rest.executor();
      }

      @Override
      public java.util.concurrent.Executor immediateExecutor() {
        return rest.immediateExecutor();
      }

      @Override
      public CancellationSlot cancellationSlot() {
        return signal.slot();
      }
    };
  }

  private static final class Reentered extends BentAcceptor {
    private final ThreadLocal<Boolean> inHandler = ThreadLocal.withInitial(() -> false);

    Reentered(Acceptor inner) {
      super(inner);
    }

    @Override
    public void asyncAccept(Handler<AsyncStream> handler) {
      if (inHandler.get()) {
        throw new ReadPendingException("asyncAccept");
      }
      super.asyncAccept(
          with(
              handler,
              (error, stream) -> {
                inHandler.set(true);
                try {
                  handler.completed(error, stream);
                } finally {
                  inHandler.set(false);
                }
              }));
    }
  }

  private static final class Remembering extends BentAcceptor {
    private final List<Handler<AsyncStream>> all = new CopyOnWriteArrayList<>();

    Remembering(Acceptor inner) {
      super(inner);
    }

    @Override
    public void asyncAccept(Handler<AsyncStream> handler) {
      super.asyncAccept(handler);
      all.add(handler);
    }

    @Override
    public String toString() {
      return inner + ", with " + all.size() + " accepts";
    }
  }

  private static final class Eager extends BentAcceptor {
    Eager(Acceptor inner) {
      super(inner);
    }

    @Override
    public <R, X extends Exception> R asyncAccept(CompletionToken<AsyncStream, R, X> token)
        throws X {
      CompletableFuture<AsyncStream> eager = inner.asyncAccept(useFuture());
      return token.initiate(
          Initiation.of(
              executor(),
              handler ->
                  eager.thenAccept(stream -> Completions.post(handler, executor(), null, stream))));
    }
  }

  private static final class EndsAtOnce extends BentAcceptor {
    EndsAtOnce(Acceptor inner) {
      super(inner);
    }

    @Override
    public void asyncAccept(Handler<AsyncStream> handler) {
      CancellationSignal signal = new CancellationSignal();
      AtomicBoolean done = new AtomicBoolean();
      super.asyncAccept(
          signalled(
              signal,
              handler,
              (error, stream) -> {
                if (done.compareAndSet(false, true)) {
                  handler.cancellationSlot().clear();
                  handler.completed(error, stream);
                }
              }));
      handler.cancellationSlot().assign((id, type) -> request(handler, type, signal, done), 0);
    }

    private void request(
        Handler<AsyncStream> handler,
        CancellationType type,
        CancellationSignal signal,
        AtomicBoolean done) {
      if (executor().isCurrent() && handler.executor() == null && done.compareAndSet(false, true)) {
        handler.completed(StreamException.cancelled(type, "an accept was cancelled"), null);
      }
      signal.emit(type);
    }
  }

  /** Whatever is asked for goes to the accept that is outstanding. */
  private static final class Persistent extends BentAcceptor {
    private volatile CancellationSignal current = new CancellationSignal();

    Persistent(Acceptor inner) {
      super(inner);
    }

    @Override
    public void asyncAccept(Handler<AsyncStream> handler) {
      CancellationSignal signal = new CancellationSignal();
      super.asyncAccept(signalled(signal, handler, handler));
      current = signal;
      handler.cancellationSlot().assign((id, type) -> current.emit(type), 0);
    }
  }

  private static final class Revoking extends BentProvider {
    @Override
    public void asyncConnect(
        Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
      CancellationSignal signal = new CancellationSignal();
      handler.cancellationSlot().assign((id, type) -> signal.emit(type), 0);
      super.asyncConnect(
          remote,
          options,
          signalled(
              signal,
              handler,
              (error, stream) -> {
                if (stream != null) {
                  handler.cancellationSlot().assign((id, type) -> stream.close(), 0);
                }
                handler.completed(error, stream);
              }));
    }
  }

  private static final class Untyped extends BentAcceptor {
    Untyped(Acceptor inner) {
      super(inner);
    }

    @Override
    public void asyncAccept(Handler<AsyncStream> handler) {
      super.asyncAccept(
          with(
              handler,
              (error, stream) ->
                  handler.completed(
                      Rewired.is(error, StreamError.ABORTED)
                          ? new StreamException(StreamError.ABORTED, error.getMessage())
                          : error,
                      stream)));
    }
  }

  private static final class HearsLate extends BentAcceptor {
    HearsLate(Acceptor inner) {
      super(inner);
    }

    @Override
    public void asyncAccept(Handler<AsyncStream> handler) {
      CancellationSignal signal = new CancellationSignal();
      super.asyncAccept(signalled(signal, handler, handler));
      Runnable listen = () -> handler.cancellationSlot().assign((id, type) -> signal.emit(type), 0);
      if (executor().isCurrent()) {
        listen.run();
      } else {
        executor().execute(listen);
      }
    }
  }

  /** Remembers who was accepted where, for as long as anybody does. */
  private static final class Clinging extends BentProvider {
    private final Map<String, List<WeakReference<AsyncStream>>> accepted =
        new ConcurrentHashMap<>();

    @Override
    public Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
      List<WeakReference<AsyncStream>> here =
          accepted.computeIfAbsent(String.valueOf(local), e -> new CopyOnWriteArrayList<>());
      if (here.stream().map(WeakReference::get).anyMatch(s -> s != null && s.isOpen())) {
        throw new StreamException(StreamError.ADDRESS_IN_USE, "somebody is still there: " + local);
      }
      return new BentAcceptor(super.listen(local, options)) {
        @Override
        public void asyncAccept(Handler<AsyncStream> handler) {
          super.asyncAccept(
              with(
                  handler,
                  (error, stream) -> {
                    if (stream != null) {
                      here.add(new WeakReference<>(stream));
                    }
                    handler.completed(error, stream);
                  }));
        }
      };
    }
  }
}
