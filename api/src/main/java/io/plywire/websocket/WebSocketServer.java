// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.Discovery;
import io.plywire.spi.Endpoint;
import io.plywire.spi.LayerProvider;
import io.plywire.spi.Listener;
import io.plywire.spi.TransportOptions;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import java.io.Closeable;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on an endpoint and hands every WebSocket that opens to the application.
 *
 * <p>It keeps no list of its connections: they live on when it is closed. Requests that are no
 * proper upgrade are answered as {@link WebSocketStream#asyncAccept} does, and logged at debug
 * level.
 *
 * <p>Thread safety: every method may be called by any thread.
 */
public final class WebSocketServer implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(WebSocketServer.class);

  /** What the application does with a connection. */
  @FunctionalInterface
  public interface ConnectionHandler {
    /**
     * Called on the executor of the stream when the WebSocket is open. An exception closes the
     * connection.
     *
     * @param stream the open WebSocket; the application's from now on
     * @param request what the client asked for
     */
    void opened(WebSocketStream stream, UpgradeRequest request);
  }

  private final Listener listener;
  private final @Nullable LayerProvider layer;
  private final TransportOptions transportOptions;
  private final WebSocketOptions options;
  private final ConnectionHandler application;

  private WebSocketServer(
      Builder builder,
      Listener listener,
      @Nullable LayerProvider layer,
      ConnectionHandler handler) {
    this.listener = listener;
    this.layer = layer;
    this.transportOptions = builder.transportOptions;
    this.options = builder.options;
    this.application = handler;
  }

  /** Begins to make a server. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Listens with defaults for everything.
   *
   * @param uri such as {@code ws://localhost:8080/}; port 0 lets the system choose. The target is
   *     not looked at: the handler sees what each client asks for
   * @param handler gets every WebSocket that opens
   * @return the server, already listening
   * @throws IOException if the address is taken or not ours
   */
  public static WebSocketServer listen(String uri, ConnectionHandler handler) throws IOException {
    return builder().listen(uri, handler);
  }

  /** Returns where it listens, with the real port. */
  public Endpoint endpoint() {
    return listener.localEndpoint();
  }

  /** Returns whether it was not closed yet. */
  public boolean isOpen() {
    return listener.isOpen();
  }

  /** Stops listening. Connections live on. Idempotent. */
  @Override
  public void close() {
    listener.close();
  }

  @Override
  public String toString() {
    return "WebSocketServer[" + endpoint() + (isOpen() ? "" : ", closed") + "]";
  }

  private void acceptNext() {
    listener.asyncAccept(this::accepted);
  }

  private void accepted(@Nullable IOException error, @Nullable AsyncStream stream) {
    if (error == null) {
      acceptNext(); // before anything can go wrong with this one
      if (stream != null) {
        secure(stream);
      }
    } else if (listener.isOpen()) {
      log.warn("{} accepts no more connections", this, error);
      listener.close();
    }
  }

  private void secure(AsyncStream stream) {
    if (layer == null) {
      open(stream);
      return;
    }
    layer.asyncWrap(
        stream,
        Role.SERVER,
        endpoint(),
        transportOptions,
        (error, secured) -> {
          if (secured != null) {
            open(secured);
          } else {
            log.debug("{}: a connection was not secured", this, error);
          }
        });
  }

  private void open(AsyncStream stream) {
    WebSocketStream webSocket = new WebSocketStream(stream, options);
    webSocket.asyncAccept(
        (error, request) -> {
          if (request == null) {
            boolean left =
                error instanceof OperationException known
                    && known.condition() == ErrorCondition.CLOSED;
            if (!left) {
              log.debug("{}: a connection was not upgraded: {}", this, String.valueOf(error));
            }
            return;
          }
          try {
            application.opened(webSocket, request);
          } catch (RuntimeException | Error e) {
            log.warn("{}: the application failed to take a connection over", this, e);
            webSocket.asyncClose(
                CloseReason.of(CloseCode.INTERNAL_ERROR), (closeError, outcome) -> {});
          }
        });
  }

  /** Makes a server. */
  public static final class Builder {
    private @Nullable Discovery discovery;
    private @Nullable TransportProvider transport;
    private @Nullable String transportName;
    private TransportOptions transportOptions = TransportOptions.defaults();
    private WebSocketOptions options = WebSocketOptions.defaults();

    private Builder() {}

    /**
     * Sets where providers are looked for. Default: {@link Discovery#load()} when it listens.
     *
     * @param found what was discovered
     */
    public Builder discovery(Discovery found) {
      discovery = Objects.requireNonNull(found, "found");
      return this;
    }

    /**
     * Sets the transport, whatever the scheme says.
     *
     * @param provider the instance to use
     */
    public Builder transport(TransportProvider provider) {
      transport = Objects.requireNonNull(provider, "provider");
      transportName = null;
      return this;
    }

    /**
     * Sets the transport by its name.
     *
     * @param name such as {@code nio}
     */
    public Builder transport(String name) {
      transportName = Objects.requireNonNull(name, "name");
      transport = null;
      return this;
    }

    /**
     * Sets how to listen, and what accepted connections are like.
     *
     * @param value options of the transport
     */
    public Builder transportOptions(TransportOptions value) {
      transportOptions = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Sets how the streams behave.
     *
     * @param value limits, timeouts, origin policy, sub-protocols and so on
     */
    public Builder options(WebSocketOptions value) {
      options = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Listens.
     *
     * @param uri such as {@code ws://localhost:8080/}; port 0 lets the system choose
     * @param handler gets every WebSocket that opens
     * @return the server, already listening
     * @throws IOException if the address is taken or not ours
     * @throws IllegalArgumentException if the URI is none of a WebSocket, or an option does not fit
     * @throws io.plywire.spi.ProviderException if no transport serves the scheme
     */
    public WebSocketServer listen(String uri, ConnectionHandler handler) throws IOException {
      Objects.requireNonNull(handler, "handler");
      Endpoint endpoint = Endpoint.parse(uri);
      Discovery found = discovery == null ? Discovery.load() : discovery;
      TransportProvider provider =
          transportName != null
              ? found.transportNamed(transportName)
              : transport != null ? transport : found.transport(endpoint.transport());
      LayerProvider layer = endpoint.secure() ? found.layer("tls") : null;
      WebSocketServer server =
          new WebSocketServer(this, provider.listen(endpoint, transportOptions), layer, handler);
      server.acceptNext();
      return server;
    }
  }
}
