// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.Acceptor;
import io.plywire.spi.LayerProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.Closeable;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on an endpoint and hands every WebSocket that opens to the application.
 *
 * <p>It keeps no list of its connections: they live on when it is closed. Requests that are no
 * proper upgrade are answered as {@link WebSocketStream#asyncAccept} does, and logged at debug
 * level; {@link #failedOpenings()} counts them, and {@link Builder#onFailedOpening} hears of them.
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
  private final @Nullable Consumer<IOException> failureListener;
  private final LongAdder failedOpenings = new LongAdder();

  private WebSocketServer(
      Choices.Made choices,
      Endpoint endpoint,
      Acceptor acceptor,
      ConnectionHandler handler,
      @Nullable Consumer<IOException> failureListener) {
    this.acceptor = acceptor;
    this.layer = choices.layerFor(endpoint);
    this.transportOptions = choices.transportOptions();
    this.options = choices.options();
    this.application = handler;
    this.failureListener = failureListener;
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

  /**
   * Returns how many connections were accepted and did not become a WebSocket: TLS failed, or the
   * request was refused, or the client left without a word. Counted from the beginning, across all
   * threads; those that are under way are not among them.
   */
  public long failedOpenings() {
    return failedOpenings.sum();
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
              failed(error);
            }
          });
    } catch (RuntimeException e) {
      log.warn("{}: {} broke off", this, layer.name(), e);
      stream.close();
      failed(new StreamException(StreamError.IO, layer.name() + " broke off: " + e, e));
    }
  }

  private void open(AsyncStream stream) {
    try {
      accept(new WebSocketStream(stream, options));
    } catch (RuntimeException e) {
      log.warn("{}: a connection could not be accepted", this, e);
      stream.close();
      failed(new StreamException(StreamError.IO, "the opening handshake broke off: " + e, e));
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
            failed(error);
            return;
          }
          try {
            application.opened(webSocket, request);
          } catch (Throwable e) {
            webSocket.handlerThrew(this, e);
          }
        });
  }

  private void failed(@Nullable IOException error) {
    failedOpenings.increment();
    if (failureListener == null || error == null) {
      return;
    }
    try {
      failureListener.accept(error);
    } catch (RuntimeException | Error e) {
      log.warn("{}: the listener for failed openings threw", this, e);
    }
  }

  /** Makes a server. */
  public static final class Builder extends Choices<Builder> {
    private @Nullable Consumer<IOException> failureListener;

    private Builder() {}

    /**
     * Sets what hears of connections that were accepted and did not become a WebSocket. Default:
     * nothing; {@link WebSocketServer#failedOpenings()} counts them in any case.
     *
     * <p>The error is the one that {@link WebSocketStream#asyncAccept} or the TLS layer has, so its
     * {@linkplain OperationException#condition() condition} tells clients that left without a word
     * ({@link ErrorCondition#CLOSED}) from those that were refused. Strangers decide how often this
     * happens: what is written for each should be bounded.
     *
     * @param listener is called after the client was answered, on the executor of the connection,
     *     so by several threads at once if there are several loops; what it throws is logged
     */
    public Builder onFailedOpening(Consumer<IOException> listener) {
      failureListener = Objects.requireNonNull(listener, "listener");
      return this;
    }

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
      WebSocketServer server =
          new WebSocketServer(choices, endpoint, acceptor, handler, failureListener);
      server.acceptNext();
      return server;
    }
  }
}
