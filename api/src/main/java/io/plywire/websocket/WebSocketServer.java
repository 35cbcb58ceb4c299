// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.Acceptor;
import io.plywire.spi.LayerProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.Closeable;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
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

  private final Acceptor acceptor;
  private final @Nullable LayerProvider layer;
  private final TransportOptions transportOptions;
  private final WebSocketOptions options;
  private final ConnectionHandler application;
  private final CountDownLatch closed = new CountDownLatch(1);

  private WebSocketServer(
      Choices.Made choices, Endpoint endpoint, Acceptor acceptor, ConnectionHandler handler) {
    this.acceptor = acceptor;
    this.layer = choices.layerFor(endpoint);
    this.transportOptions = choices.transportOptions();
    this.options = choices.options();
    this.application = handler;
  }

  /** Begins to make a server. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Listens with defaults for everything.
   *
   * @param uri such as {@code ws://localhost:8080/}, or {@code ws://[::]:8080/} for all addresses
   *     of this machine; port 0 lets the system choose. The target is not looked at: the handler
   *     sees what each client asks for
   * @param handler gets every WebSocket that opens
   * @return the server, already listening
   * @throws IOException if the address is taken or not ours
   */
  public static WebSocketServer listen(String uri, ConnectionHandler handler) throws IOException {
    return builder().listen(uri, handler);
  }

  /** Returns where it listens, with the real port. */
  public Endpoint endpoint() {
    return acceptor.localEndpoint();
  }

  /**
   * Waits until it is closed, by whatever thread or because it can accept no more. For a {@code
   * main} that has nothing else to do: the threads that serve connections do not keep a JVM alive.
   *
   * @throws InterruptedException if the calling thread is interrupted
   */
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  /** Returns whether it was not closed yet. */
  public boolean isOpen() {
    return acceptor.isOpen();
  }

  /** Stops listening. Connections live on. Idempotent. */
  @Override
  public void close() {
    acceptor.close();
    closed.countDown();
  }

  @Override
  public String toString() {
    return "WebSocketServer[" + endpoint() + (isOpen() ? "" : ", closed") + "]";
  }

  private void acceptNext() {
    acceptor.asyncAccept(this::accepted);
  }

  private void accepted(@Nullable IOException error, @Nullable AsyncStream stream) {
    if (error == null) {
      acceptNext(); // before anything can go wrong with this one
      if (stream != null) {
        secure(stream);
      }
    } else {
      if (acceptor.isOpen()) {
        log.warn("{} accepts no more connections", this, error);
      }
      close();
    }
  }

  private void secure(AsyncStream stream) {
    if (layer == null) {
      open(stream);
      return;
    }
    try {
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
    } catch (RuntimeException e) {
      log.warn("{}: {} broke off", this, layer.name(), e);
      stream.close();
    }
  }

  private void open(AsyncStream stream) {
    try {
      accept(new WebSocketStream(stream, options));
    } catch (RuntimeException e) {
      log.warn("{}: a connection could not be accepted", this, e);
      stream.close();
    }
  }

  private void accept(WebSocketStream webSocket) {
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
          } catch (Throwable e) {
            webSocket.handlerThrew(this, e);
          }
        });
  }

  /** Makes a server. */
  public static final class Builder extends Choices<Builder> {
    private Builder() {}

    @Override
    Builder self() {
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
      Choices.Made choices = make(Role.SERVER);
      // What is missing is missed before anybody connects.
      LayerProvider layer = choices.layerFor(endpoint);
      if (layer != null) {
        layer.check(Role.SERVER, choices.transportOptions());
      }
      Acceptor acceptor =
          choices
              .transportFor(endpoint)
              .listen(endpoint, choices.transportOptions().withoutLayers());
      WebSocketServer server = new WebSocketServer(choices, endpoint, acceptor, handler);
      server.acceptNext();
      return server;
    }
  }
}
