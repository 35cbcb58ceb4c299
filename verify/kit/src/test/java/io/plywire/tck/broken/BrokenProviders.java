// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.spi.Acceptor;
import io.plywire.spi.Availability;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.tck.TransportSubject;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Defects in providers and acceptors. */
final class BrokenProviders {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private BrokenProviders() {}

  static Broken provider(String defect, String rule, TransportProvider provider) {
    return new Broken(
        defect,
        rule,
        new TransportSubject(
            provider, () -> Endpoint.parse("ws+memory://broken-" + NAMES.incrementAndGet())));
  }

  /** The same on sockets. */
  static Broken socketProvider(String defect, String rule, TransportProvider provider) {
    return new Broken(
        defect, rule, new TransportSubject(provider, () -> Endpoint.parse("ws://127.0.0.1:0")));
  }

  static List<Broken> all() {
    return List.of(
        provider(
            "the name has capital letters",
            "P1.1",
            new BentProvider() {
              @Override
              public String name() {
                return "Broken";
              }
            }),
        provider(
            "it serves no scheme",
            "P1.1",
            new BentProvider() {
              @Override
              public Set<String> schemes() {
                return Set.of();
              }
            }),
        provider(
            "made for another version of the SPI",
            "P1.1",
            new BentProvider() {
              @Override
              public int spiVersion() {
                return 7;
              }
            }),
        provider(
            "availability() changes its mind",
            "P1.2",
            new BentProvider() {
              @Override
              public Availability availability() {
                return Availability.yes("asked " + NAMES.incrementAndGet() + " times");
              }
            }),
        provider(
            "connected on a foreign thread",
            "P2.1",
            new BentProvider() {
              private final java.util.concurrent.Executor foreign =
                  Executors.newSingleThreadExecutor(
                      body -> {
                        Thread thread = new Thread(body, "foreign");
                        thread.setDaemon(true);
                        return thread;
                      });

              @Override
              public void asyncConnect(
                  Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
                super.asyncConnect(
                    remote,
                    options,
                    handler.executor() != null ? handler : Handler.bindExecutor(foreign, handler));
              }
            }),
        provider(
            "a refusal is an IOException without a code",
            "P2.2",
            new BentProvider() {
              @Override
              public void asyncConnect(
                  Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
                super.asyncConnect(
                    remote, options, renaming(handler, StreamError.REFUSED, StreamError.IO));
              }
            }),
        provider(
            "a cancelled connect is closed",
            "P2.3",
            new BentProvider() {
              @Override
              public void asyncConnect(
                  Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
                super.asyncConnect(
                    remote, options, renaming(handler, StreamError.ABORTED, StreamError.CLOSED));
              }
            }),
        provider(
            "options that are not known are passed over",
            "P2.4",
            new BentProvider() {
              @Override
              public void asyncConnect(
                  Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
                super.asyncConnect(remote, withoutUnknown(options), handler);
              }
            }),
        provider(
            "the chosen executor is not looked at",
            "P2.5",
            new BentProvider() {
              private int connects;
              private final InMemoryLoop[] loops = {
                new InMemoryLoop("one"), new InMemoryLoop("other")
              };

              @Override
              public void asyncConnect(
                  Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
                StreamExecutor next = loops[connects++ % 2];
                super.asyncConnect(remote, options.withExecutor(next), handler);
              }
            }),
        acceptor(
            "close() ends an accept with RESET",
            "P3.1",
            acceptor ->
                new BentAcceptor(acceptor) {
                  @Override
                  public void asyncAccept(Handler<AsyncStream> handler) {
                    super.asyncAccept(handler == null ? null : closing(handler, this));
                  }
                }),
        acceptor(
            "a second accept is swallowed",
            "P3.2",
            acceptor ->
                new BentAcceptor(acceptor) {
                  @Override
                  public void asyncAccept(Handler<AsyncStream> handler) {
                    try {
                      super.asyncAccept(handler);
                    } catch (ReadPendingException e) {
                      // as if nothing had been said
                    }
                  }
                }),
        provider(
            "an address in use is told as IO",
            "P3.4",
            new BentProvider() {
              @Override
              public Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
                try {
                  return super.listen(local, options);
                } catch (IOException e) {
                  throw new IOException("taken", e);
                }
              }
            }));
  }

  static Broken acceptor(
      String defect, String rule, java.util.function.UnaryOperator<Acceptor> bent) {
    return provider(
        defect,
        rule,
        new BentProvider() {
          @Override
          public Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
            return bent.apply(super.listen(local, options));
          }
        });
  }

  private static TransportOptions withoutUnknown(TransportOptions options) {
    TransportOptions known =
        TransportOptions.defaults().withConnectTimeout(options.connectTimeout());
    Integer linger = options.get(StandardSocketOptions.SO_LINGER);
    if (linger != null) {
      known = known.with(StandardSocketOptions.SO_LINGER, linger);
    }
    return options.executor() == null ? known : known.withExecutor(options.executor());
  }

  private static Handler<AsyncStream> renaming(
      Handler<AsyncStream> handler, StreamError from, StreamError to) {
    return with(
        handler,
        (error, stream) ->
            handler.completed(
                Rewired.is(error, from) ? new StreamException(to, error.getMessage()) : error,
                stream));
  }

  private static Handler<AsyncStream> closing(Handler<AsyncStream> handler, Acceptor acceptor) {
    return with(
        handler,
        (error, stream) ->
            handler.completed(
                error instanceof StreamException e
                        && e.error() == StreamError.ABORTED
                        && e.cancellation() == null
                    ? new StreamException(StreamError.RESET, "the acceptor was closed: " + acceptor)
                    : error,
                stream));
  }

  static Handler<AsyncStream> with(Handler<AsyncStream> associations, Handler<AsyncStream> what) {
    Objects.requireNonNull(associations, "handler");
    return new Handler<>() {
      @Override
      public void completed(IOException error, AsyncStream stream) {
        what.completed(error, stream);
      }

      @Override
      public java.util.concurrent.Executor executor() {
        return associations.executor();
      }

      @Override
      public java.util.concurrent.Executor immediateExecutor() {
        return associations.immediateExecutor();
      }

      @Override
      public io.plywire.stream.CancellationSlot cancellationSlot() {
        return associations.cancellationSlot();
      }
    };
  }
}
