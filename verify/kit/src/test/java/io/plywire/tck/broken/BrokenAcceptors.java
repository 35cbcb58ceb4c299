// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static io.plywire.tck.broken.BrokenProviders.acceptor;
import static io.plywire.tck.broken.BrokenProviders.provider;
import static io.plywire.tck.broken.BrokenProviders.with;

import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** Defects in where connections are asked for, and in which of them are accepted. */
final class BrokenAcceptors {
  private BrokenAcceptors() {}

  static List<Broken> all() {
    return List.of(
        provider(
            "connecting needs the context class loader",
            "P2.6",
            new BentProvider() {
              @Override
              public void asyncConnect(
                  Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
                Objects.requireNonNull(
                    Thread.currentThread().getContextClassLoader(), "context class loader");
                super.asyncConnect(remote, options, handler);
              }
            }),
        acceptor("a cancelled accept takes the next connection along", "P3.3", Dropping::new),
        acceptor(
            "localEndpoint() is the one that was asked for",
            "P3.5",
            acceptor ->
                new BentAcceptor(acceptor) {
                  @Override
                  public Endpoint localEndpoint() {
                    Endpoint real = super.localEndpoint();
                    return new Endpoint(real.transport(), false, real.address(), 0, real.target());
                  }
                }),
        acceptor("localEndpoint() changes with the first connection", "P3.5", Moving::new),
        acceptor(
            "an accept is forgotten by close() when it has just succeeded", "P3.6", Forgetful::new),
        provider("one of several connections that wait is dropped", "P3.7", new Crowded()));
  }

  /** After an accept was cancelled, one connection is taken and thrown away. */
  private static final class Dropping extends BentAcceptor {
    private volatile boolean drops;

    Dropping(Acceptor inner) {
      super(inner);
    }

    @Override
    public void asyncAccept(Handler<AsyncStream> handler) {
      Handler<AsyncStream> noting =
          with(
              handler,
              (error, stream) -> {
                if (Rewired.is(error, StreamError.ABORTED)) {
                  drops = true;
                }
                handler.completed(error, stream);
              });
      super.asyncAccept(
          drops
              ? with(
                  handler,
                  (error, stream) -> {
                    if (stream == null) {
                      handler.completed(error, null);
                    } else {
                      drops = false;
                      stream.close();
                      super.asyncAccept(noting);
                    }
                  })
              : noting);
    }
  }

  private static final class Moving extends BentAcceptor {
    private volatile boolean moved;

    Moving(Acceptor inner) {
      super(inner);
    }

    @Override
    public void asyncAccept(Handler<AsyncStream> handler) {
      super.asyncAccept(
          with(
              handler,
              (error, stream) -> {
                moved |= stream != null;
                handler.completed(error, stream);
              }));
    }

    @Override
    public Endpoint localEndpoint() {
      Endpoint real = super.localEndpoint();
      return moved
          ? new Endpoint(real.transport(), false, real.address(), real.port(), "/moved")
          : real;
    }
  }

  private static final class Forgetful extends BentAcceptor {
    Forgetful(Acceptor inner) {
      super(inner);
    }

    @Override
    public void asyncAccept(Handler<AsyncStream> handler) {
      if (handler == null) {
        super.asyncAccept((Handler<AsyncStream>) null);
        return;
      }
      super.asyncAccept(
          with(
              handler,
              (error, stream) -> {
                if (stream != null && !isOpen()) {
                  stream.close();
                } else {
                  handler.completed(error, stream);
                }
              }));
    }
  }

  /** Where three or more wait, one notification is taken for one connection. */
  private static final class Crowded extends BentProvider {
    private final AtomicInteger waiting = new AtomicInteger();

    @Override
    public void asyncConnect(
        Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
      Handler<AsyncStream> counted =
          with(
              handler,
              (error, stream) -> {
                waiting.decrementAndGet();
                handler.completed(error, stream);
              });
      waiting.incrementAndGet();
      boolean started = false;
      try {
        super.asyncConnect(remote, options, counted);
        started = true;
      } finally {
        if (!started) {
          waiting.decrementAndGet();
        }
      }
    }

    @Override
    public Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
      return new BentAcceptor(super.listen(local, options)) {
        @Override
        public void asyncAccept(Handler<AsyncStream> handler) {
          if (waiting.get() < 3) {
            super.asyncAccept(handler);
            return;
          }
          super.asyncAccept(
              with(
                  handler,
                  (error, stream) -> {
                    if (stream != null) {
                      stream.close();
                    }
                    inner.asyncAccept(handler);
                  }));
        }
      };
    }
  }
}
