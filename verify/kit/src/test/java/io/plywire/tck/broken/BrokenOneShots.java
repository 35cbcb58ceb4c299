// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static io.plywire.tck.broken.BrokenProviders.acceptor;
import static io.plywire.tck.broken.BrokenProviders.provider;
import static io.plywire.tck.broken.BrokenProviders.socketProvider;

import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioTransport;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.Completions;
import io.plywire.stream.Handler;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.SocketOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;

/** Defects in where the handlers of connects, accepts and wraps run. */
final class BrokenOneShots {
  private static final NioEventLoopGroup TWO_LOOPS = new NioEventLoopGroup(2);

  private BrokenOneShots() {}

  static List<Broken> all() {
    return List.of(
        provider(
            "a connect to nobody is refused inside the call",
            "A3.1",
            connects(
                (h, executor) ->
                    new Inside(h, executor, (e, stream) -> Rewired.is(e, StreamError.REFUSED)))),
        acceptor(
            "a connection that waits is handed over inside the call",
            "A3.1",
            inner ->
                accepts(
                    inner, h -> new Inside(h, inner.executor(), (e, stream) -> stream != null))),
        acceptor(
            "a closed acceptor refuses inside the call",
            "A3.1",
            inner ->
                accepts(
                    inner,
                    h ->
                        new Inside(
                            h,
                            inner.executor(),
                            (e, stream) -> Rewired.is(e, StreamError.CLOSED)))),
        new Broken(
            "a wrap of a closed stream is refused inside the call",
            "A3.1",
            BrokenLayers.sealed(Set.of(Sealed.Defect.HANDSHAKE_REFUSES_INSIDE))),
        acceptor(
            "an accept asks the immediate executor once too often",
            "A3.2",
            inner ->
                accepts(
                    inner,
                    h -> {
                      if (h.immediateExecutor() != null) {
                        h.immediateExecutor().execute(() -> {});
                      }
                      return h;
                    })),
        provider(
            "a refused connect does not ask for its handler's executor",
            "A4.1",
            connects(
                (h, executor) ->
                    new Homeless(h, (e, stream) -> Rewired.is(e, StreamError.REFUSED)))),
        acceptor(
            "an aborted accept does not ask for its handler's executor",
            "A4.1",
            inner ->
                accepts(
                    inner,
                    h -> new Homeless(h, (e, stream) -> Rewired.is(e, StreamError.ABORTED)))),
        new Broken(
            "a cancelled wrap does not ask for its handler's executor",
            "A4.1",
            BrokenLayers.sealed(Set.of(Sealed.Defect.CANCELLED_HANDSHAKE_ENDS_ANYWHERE))),
        socketProvider(
            "handlers of accepts run on the acceptor's executor",
            "P3.8",
            listening(
                (local, options, provider) -> {
                  Acceptor inner = provider.listen(local, options);
                  return accepts(inner, h -> onAcceptor(h, inner.executor()));
                })),
        socketProvider(
            "the executor that a listener was given is not looked at",
            "P3.9",
            listening(
                (local, options, provider) -> provider.listen(local, withoutExecutor(options)))));
  }

  private interface Connects {
    Handler<AsyncStream> bend(Handler<AsyncStream> handler, StreamExecutor executor);
  }

  private interface Accepts {
    Handler<AsyncStream> bend(Handler<AsyncStream> handler);
  }

  private interface Listens {
    Acceptor listen(Endpoint local, TransportOptions options, NioTransport inner)
        throws IOException;
  }

  private static BentProvider connects(Connects bent) {
    return new BentProvider() {
      @Override
      public void asyncConnect(
          Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
        StreamExecutor chosen = options.executor();
        super.asyncConnect(
            remote, options, bent.bend(handler, chosen == null ? executor() : chosen));
      }
    };
  }

  private static Acceptor accepts(Acceptor acceptor, Accepts bent) {
    return new BentAcceptor(acceptor) {
      @Override
      public void asyncAccept(Handler<AsyncStream> handler) {
        super.asyncAccept(handler == null ? null : bent.bend(handler));
      }
    };
  }

  private static BentProvider listening(Listens bent) {
    NioTransport sockets = new NioTransport(TWO_LOOPS);
    return new BentProvider(sockets) {
      @Override
      public Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
        return bent.listen(local, options, sockets);
      }
    };
  }

  private static Handler<AsyncStream> onAcceptor(
      Handler<AsyncStream> handler, StreamExecutor executor) {
    return handler.executor() != null
        ? handler
        : BrokenProviders.with(
            handler, (error, stream) -> executor.execute(() -> handler.completed(error, stream)));
  }

  @SuppressWarnings("unchecked")
  private static TransportOptions withoutExecutor(TransportOptions options) {
    TransportOptions bare =
        TransportOptions.defaults().withConnectTimeout(options.connectTimeout());
    for (Map.Entry<SocketOption<?>, Object> each : options.all().entrySet()) {
      bare = bare.with((SocketOption<Object>) each.getKey(), each.getValue());
    }
    return bare;
  }

  /** Some completions run inside the initiating call, if that is made on the executor. */
  private static final class Inside implements Handler<AsyncStream> {
    private final Handler<AsyncStream> inner;
    private final StreamExecutor executor;
    private final BiPredicate<IOException, AsyncStream> which;
    private final boolean bends;

    Inside(
        Handler<AsyncStream> inner,
        StreamExecutor executor,
        BiPredicate<IOException, AsyncStream> which) {
      this.inner = inner;
      this.executor = executor;
      this.which = which;
      this.bends = inner.executor() == null && inner.immediateExecutor() == null;
    }

    @Override
    public void completed(IOException error, AsyncStream stream) {
      if (!bends || which.test(error, stream)) {
        inner.completed(error, stream);
      } else {
        Completions.post(inner, stream == null ? executor : stream.executor(), error, stream);
      }
    }

    @Override
    public Executor executor() {
      return inner.executor();
    }

    @Override
    public Executor immediateExecutor() {
      return bends ? InlineExecutor.instance() : inner.immediateExecutor();
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return inner.cancellationSlot();
    }
  }

  /** Some completions run where the operation is, whatever the handler says. */
  private static final class Homeless implements Handler<AsyncStream> {
    private final Handler<AsyncStream> inner;
    private final BiPredicate<IOException, AsyncStream> which;

    Homeless(Handler<AsyncStream> inner, BiPredicate<IOException, AsyncStream> which) {
      this.inner = inner;
      this.which = which;
    }

    @Override
    public void completed(IOException error, AsyncStream stream) {
      Executor own = inner.executor();
      if (own == null || which.test(error, stream)) {
        inner.completed(error, stream);
      } else {
        own.execute(() -> inner.completed(error, stream));
      }
    }

    @Override
    public Executor immediateExecutor() {
      return inner.executor() == null ? inner.immediateExecutor() : null;
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return inner.cancellationSlot();
    }
  }
}
