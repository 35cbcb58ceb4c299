// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import io.plywire.certificates.MadeCertificate;
import io.plywire.spi.Acceptor;
import io.plywire.spi.Availability;
import io.plywire.spi.Trait;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.Completions;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamExecutor;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.TlsStream;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A transport with TLS already done, so that whatever is tested over a transport can be tested over
 * TLS unchanged.
 */
public final class SecuredTransport implements TransportProvider {
  private static final String NAME = "plywire.test";
  private static final MadeCertificate AUTHORITY = MadeCertificate.authority("test authority");
  private static final MadeCertificate SERVER = AUTHORITY.issue(MadeCertificate.Kind.P256, NAME);

  private final TransportProvider inner;
  private final TlsContext server;
  private final TlsContext client;

  public SecuredTransport(TransportProvider inner, TlsEngine clientEngine, TlsEngine serverEngine) {
    this.inner = inner;
    server =
        TlsContext.of(
            TlsConfig.server(TlsIdentity.of(SERVER.key(), SERVER.chain()))
                .withEngine(serverEngine));
    client =
        TlsContext.of(
            TlsConfig.client()
                .withEngine(clientEngine)
                .withTrust(java.util.List.of(AUTHORITY.certificate())));
  }

  /** Goes on with TLS when a stream is there; what is asked of the handler is asked throughout. */
  private Handler<AsyncStream> securing(Handler<AsyncStream> handler) {
    return new Handler<>() {
      @Override
      public void completed(@Nullable IOException error, @Nullable AsyncStream stream) {
        if (stream == null) {
          handler.completed(error, null);
        } else {
          TlsStream.asyncHandshake(
              stream,
              client,
              NAME,
              -1,
              new Handler<TlsStream>() {
                @Override
                public void completed(@Nullable IOException failure, @Nullable TlsStream secured) {
                  handler.completed(failure, secured);
                }

                @Override
                public CancellationSlot cancellationSlot() {
                  return handler.cancellationSlot();
                }
              });
        }
      }

      @Override
      public @Nullable Executor executor() {
        return handler.executor();
      }

      @Override
      public CancellationSlot cancellationSlot() {
        return handler.cancellationSlot();
      }
    };
  }

  @Override
  public void checkConnect(Endpoint remote, TransportOptions options) {
    inner.checkConnect(remote, options);
  }

  @Override
  public void asyncConnect(
      Endpoint remote, TransportOptions options, Handler<AsyncStream> handler) {
    inner.asyncConnect(remote, options, securing(handler));
  }

  @Override
  public Acceptor listen(Endpoint local, TransportOptions options) throws IOException {
    return new SecuredAcceptor(inner.listen(local, options), server);
  }

  /** Accepts on while handshakes are under way, as a server has to. */
  private static final class SecuredAcceptor implements Acceptor {
    private final Acceptor inner;
    private final TlsContext context;
    private final Queue<Handler<AsyncStream>> waiting = new ArrayDeque<>();
    private final Queue<AsyncStream> secured = new ArrayDeque<>();
    private boolean accepting;

    SecuredAcceptor(Acceptor inner, TlsContext context) {
      this.inner = inner;
      this.context = context;
    }

    @Override
    public synchronized void asyncAccept(Handler<AsyncStream> handler) {
      waiting.add(handler);
      match();
      if (!accepting) {
        accepting = true;
        inner.asyncAccept(this::accepted);
      }
    }

    private synchronized void accepted(@Nullable IOException error, @Nullable AsyncStream stream) {
      if (stream == null) {
        accepting = false;
        for (Handler<AsyncStream> handler; (handler = waiting.poll()) != null; ) {
          Completions.post(handler, inner.executor(), error, null);
        }
        secured.forEach(AsyncStream::close);
        return;
      }
      inner.asyncAccept(this::accepted);
      TlsStream.asyncHandshake(stream, context, null, -1, this::handshaken);
    }

    private synchronized void handshaken(@Nullable IOException error, @Nullable TlsStream stream) {
      if (stream != null) { // else the client has been told
        secured.add(stream);
        match();
      }
    }

    private void match() {
      while (!waiting.isEmpty() && !secured.isEmpty()) {
        Completions.post(waiting.remove(), inner.executor(), null, secured.remove());
      }
    }

    @Override
    public Endpoint localEndpoint() {
      return inner.localEndpoint();
    }

    @Override
    public StreamExecutor executor() {
      return inner.executor();
    }

    @Override
    public boolean isOpen() {
      return inner.isOpen();
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  @Override
  public Set<String> schemes() {
    return inner.schemes();
  }

  @Override
  public StreamExecutor executor() {
    return inner.executor();
  }

  @Override
  public String name() {
    return "secured-" + inner.name();
  }

  @Override
  public int spiVersion() {
    return 1;
  }

  @Override
  public Availability availability() {
    return inner.availability();
  }

  @Override
  public Set<Trait> traits() {
    return inner.traits();
  }
}
