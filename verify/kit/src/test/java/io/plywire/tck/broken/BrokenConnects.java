// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static io.plywire.tck.broken.BrokenProviders.provider;
import static io.plywire.tck.broken.BrokenProviders.socketProvider;
import static io.plywire.tck.broken.BrokenProviders.with;

import io.plywire.nio.NioTransport;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/** Defects in attempts to connect that get nowhere, and in what they leave. */
final class BrokenConnects {
  private static final Duration LONG = Duration.ofSeconds(5);

  private BrokenConnects() {}

  static List<Broken> all() {
    return List.of(
        socketProvider(
            "a connect can be cancelled once the network has answered",
            "P2.3",
            new BentProvider(new NioTransport()) {
              @Override
              public void asyncConnect(
                  Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
                super.asyncConnect(remote, options, new Deaf(handler));
              }
            }),
        socketProvider(
            "the time to connect is not looked at",
            "P2.7",
            new BentProvider(new NioTransport()) {
              @Override
              public void asyncConnect(
                  Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
                super.asyncConnect(remote, options.withConnectTimeout(Duration.ZERO), handler);
              }
            }),
        socketProvider(
            "what a connect refuses is not refused beforehand",
            "P2.8",
            new BentProvider(new NioTransport()) {
              @Override
              public void checkConnect(Endpoint remote, TransportOptions options) {}
            }),
        provider(
            "no time to connect is taken for very little of it",
            "P2.7",
            new BentProvider() {
              @Override
              public void asyncConnect(
                  Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
                boolean none = options.connectTimeout().isZero();
                super.asyncConnect(
                    remote,
                    none ? options.withConnectTimeout(Duration.ofNanos(1)) : options,
                    handler);
              }
            }),
        provider(
            "a stream is closed when the time to connect is over",
            "P2.7",
            new BentProvider() {
              @Override
              public void asyncConnect(
                  Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
                Duration limit = options.connectTimeout();
                super.asyncConnect(
                    remote,
                    options,
                    with(
                        handler,
                        (error, stream) -> {
                          if (stream != null && limit.compareTo(LONG) < 0 && !limit.isZero()) {
                            stream.executor().schedule(limit, stream::close);
                          }
                          handler.completed(error, stream);
                        }));
              }
            }),
        socketProvider(
            "an attempt that is refused leaves a descriptor",
            "P2.2",
            leaving(new NioTransport(), StreamError.REFUSED, () -> Leaks.descriptor(null))),
        socketProvider(
            "an attempt that is cancelled leaves a descriptor",
            "P2.3",
            leaving(new NioTransport(), StreamError.ABORTED, () -> Leaks.descriptor(null))),
        socketProvider(
            "an attempt that is cancelled leaves a thread",
            "P2.3",
            leaving(new NioTransport(), StreamError.ABORTED, () -> Leaks.thread(null))),
        socketProvider(
            "an attempt that takes too long leaves a descriptor",
            "P2.7",
            leaving(new NioTransport(), StreamError.TIMEOUT, () -> Leaks.descriptor(null))),
        socketProvider(
            "an attempt that takes too long leaves a thread",
            "P2.7",
            leaving(new NioTransport(), StreamError.TIMEOUT, () -> Leaks.thread(null))),
        socketProvider(
            "an attempt that is refused leaves a thread",
            "P2.2",
            leaving(new NioTransport(), StreamError.REFUSED, () -> Leaks.thread(null))));
  }

  private static BentProvider leaving(NioTransport sockets, StreamError when, Runnable leak) {
    return new BentProvider(sockets) {
      @Override
      public void asyncConnect(
          Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
        super.asyncConnect(
            remote,
            options,
            with(
                handler,
                (error, stream) -> {
                  if (Rewired.is(error, when)) {
                    leak.run();
                  }
                  handler.completed(error, stream);
                }));
      }
    };
  }

  /** Remembers the request to cancel until the attempt is over. */
  private static final class Deaf implements Handler<AsyncStream> {
    private final Handler<AsyncStream> inner;
    private final AtomicReference<CancellationType> requested = new AtomicReference<>();

    Deaf(Handler<AsyncStream> inner) {
      this.inner = inner;
      inner.cancellationSlot().assign((id, type) -> requested.set(type), 0);
    }

    @Override
    public void completed(IOException error, AsyncStream stream) {
      inner.cancellationSlot().clear();
      CancellationType type = requested.get();
      if (type == null) {
        inner.completed(error, stream);
        return;
      }
      if (stream != null) {
        stream.close();
      }
      inner.completed(StreamException.cancelled(type, "cancelled, if late"), null);
    }

    @Override
    public Executor executor() {
      return inner.executor();
    }

    @Override
    public Executor immediateExecutor() {
      return inner.immediateExecutor();
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return CancellationSlot.none();
    }
  }
}
