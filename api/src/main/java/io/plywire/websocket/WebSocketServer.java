// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.Acceptor;
import io.plywire.spi.LayerProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Durations;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.Handler;
import io.plywire.stream.Initiation;
import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import io.plywire.transport.PeerAddress;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.internal.observe.Observers;
import io.plywire.websocket.observe.WebSocketObserver;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
 * <p>Its parts can be chosen each for itself: layers below the WebSocket, {@link ServerLimits
 * limits}, a {@link RequestHandler decision} about each request, and {@link #asyncShutdown an end}
 * without broken connections. It is no HTTP server: besides WebSockets it answers {@code GET} and
 * {@code HEAD}, if it is told with what.
 *
 * <p>Requests that are no proper upgrade are answered as {@link WebSocketStream#asyncAccept} does,
 * and logged at debug level; {@link #failedOpenings()} counts them, and {@link
 * Builder#onFailedOpening} hears of them.
 *
 * <p>Thread safety: every method may be called by any thread.
 */
public final class WebSocketServer implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(WebSocketServer.class);

  static final String HAS_ENOUGH = "the server has enough connections";
  static final String ADDRESS_HAS_ENOUGH = "the server has enough connections of this address";

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

  /** What a server may have besides. */
  private record Parts(
      @Nullable RequestHandler requestHandler,
      ServerLimits limits,
      boolean list,
      @Nullable Consumer<IOException> failureListener) {}

  private final Acceptor acceptor;
  private final List<LayerProvider> layers;
  private final TransportOptions transportOptions;
  private final WebSocketOptions options;
  private final ConnectionHandler application;
  private final Parts parts;
  private final Admission admission;
  private final ServerConnections connections = new ServerConnections();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final LongAdder failedOpenings = new LongAdder();

  private WebSocketServer(
      Choices.Made choices,
      List<LayerProvider> layers,
      Acceptor acceptor,
      ConnectionHandler handler,
      Parts parts) {
    this.acceptor = acceptor;
    this.layers = layers;
    this.transportOptions = choices.transportOptions();
    this.options = choices.options();
    this.application = handler;
    this.parts = parts;
    this.admission = new Admission(parts.limits(), acceptor.executor());
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

  /**
   * Returns the WebSockets that are open, as of now.
   *
   * @return a copy, in no order; empty if the server {@linkplain Builder#withoutList() keeps no
   *     list}
   */
  public List<WebSocketStream> connections() {
    List<WebSocketStream> open = new ArrayList<>();
    for (ServerConnection each : connections.all()) {
      WebSocketStream webSocket = each.openWebSocket();
      if (webSocket != null) {
        open.add(webSocket);
      }
    }
    return open;
  }

  /**
   * Returns how many connections there are: the WebSockets, and those that are opening or are being
   * refused. For a look at the load; costs a lock and nothing more.
   *
   * @return 0 if the server {@linkplain Builder#withoutList() keeps no list}
   */
  public int connectionCount() {
    return connections.size();
  }

  /**
   * Ends gracefully: accepts no more connections, says goodbye to those there are, and waits until
   * they have ended.
   *
   * <p>Each WebSocket is closed once the message that is being written is out, and what waits in
   * its {@link SendQueue}, if it has one. One that is still opening is closed as soon as it is
   * open, and the application does not get to see it. One that was answered a page, and waits for
   * its next request, ends at once. The application sees each end as ever.
   *
   * @param reason what to tell the peers, such as {@link CloseCode#GOING_AWAY}, or {@link
   *     CloseCode#SERVICE_RESTART} for clients that should come again
   * @param spread over how long the goodbyes are spread, so that not all clients come again at
   *     once; zero for all at once
   * @param deadline when what is left is cut off; counted from now, as the spread is
   * @param handler gets how they ended, on the executor of the listener; there are no errors
   * @throws IllegalArgumentException if the spread is negative or not shorter than the deadline
   * @throws IllegalStateException if it is shutting down already
   */
  public void asyncShutdown(
      CloseReason reason, Duration spread, Duration deadline, Handler<ShutdownReport> handler) {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(handler, "handler");
    if (spread.isNegative() || spread.compareTo(deadline) >= 0) {
      throw new IllegalArgumentException(
          "goodbyes spread over "
              + Durations.text(spread)
              + " do not fit a deadline of "
              + Durations.text(deadline));
    }
    ServerShutdown shutdown =
        new ServerShutdown(acceptor.executor(), reason, spread, deadline, handler);
    List<ServerConnection> all = connections.shutDown(shutdown);
    if (all == null) {
      throw new IllegalStateException(this + " is shutting down already");
    }
    close();
    shutdown.begin(all);
  }

  /**
   * Ends gracefully, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param reason what to tell the peers
   * @param spread over how long the goodbyes are spread
   * @param deadline when what is left is cut off
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncShutdown(
      CloseReason reason,
      Duration spread,
      Duration deadline,
      CompletionToken<ShutdownReport, R, X> token)
      throws X {
    return token.initiate(
        Initiation.of(
            acceptor.executor(), handler -> asyncShutdown(reason, spread, deadline, handler)));
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
        enter(stream);
      }
    } else {
      if (acceptor.isOpen()) {
        log.warn("{} accepts no more connections", this, error);
      }
      close();
    }
  }

  private void enter(AsyncStream stream) {
    boolean admitted = admission.enter();
    if (!admitted && !admission.refuse()) {
      stream.close();
      StreamException enough = new StreamException(StreamError.REFUSED, HAS_ENOUGH);
      turnedAway(stream, enough);
      failed(enough);
      return;
    }
    ServerConnection connection = new ServerConnection(this, stream, admitted);
    if (parts.list() && !connections.add(connection)) {
      stream.close(); // it came while the server shut down
      return;
    }
    connection.enter();
  }

  // ---- what its connections ask

  List<LayerProvider> layers() {
    return layers;
  }

  TransportOptions transportOptions() {
    return transportOptions;
  }

  WebSocketOptions options() {
    return options;
  }

  ConnectionHandler application() {
    return application;
  }

  @Nullable RequestHandler requestHandler() {
    return parts.requestHandler();
  }

  Admission admission() {
    return admission;
  }

  boolean keepsList() {
    return parts.list();
  }

  /** Returns what is said to a connection beyond a limit. */
  Reply refusal(boolean ofItsAddress) {
    Duration time = parts.limits().retryAfter();
    return ofItsAddress
        ? Reply.tooManyRequests(time).because(ADDRESS_HAS_ENOUGH)
        : Reply.unavailable(time).because(HAS_ENOUGH);
  }

  /** A connection has ended, and was counted so. */
  void left(ServerConnection connection, @Nullable CloseOutcome outcome, boolean cutOff) {
    ServerShutdown shutdown = parts.list() ? connections.remove(connection) : null;
    if (shutdown != null) {
      shutdown.left(outcome, cutOff);
    }
  }

  /** A connection has ended before it was a WebSocket's. */
  void turnedAway(AsyncStream stream, @Nullable IOException error) {
    WebSocketObserver observer = Observers.of(options);
    if (observer != null && error != null) {
      PeerAddress known = stream.layer(PeerAddress.class);
      observer.acceptFailed(known == null ? null : known.remoteAddress(), error);
    }
  }

  void failed(@Nullable IOException error) {
    failedOpenings.increment();
    Consumer<IOException> failureListener = parts.failureListener();
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
    private @Nullable RequestHandler requestHandler;
    private ServerLimits limits = ServerLimits.none();
    private boolean list = true;

    private Builder() {}

    /**
     * Sets what decides about requests, and answers those that ask for no WebSocket; a {@link
     * Routes} for one. Default: every proper request for a WebSocket is agreed to.
     *
     * @param handler decides, at once or later
     */
    public Builder onRequest(RequestHandler handler) {
      requestHandler = Objects.requireNonNull(handler, "handler");
      return this;
    }

    /**
     * Sets how much the server takes on. Default: no limit.
     *
     * @param most the limits
     */
    public Builder limits(ServerLimits most) {
      limits = Objects.requireNonNull(most, "most");
      return this;
    }

    /**
     * Keeps no list of the connections, which saves some 60 bytes for each. Then the server can
     * neither tell them nor end them.
     */
    public Builder withoutList() {
      list = false;
      return this;
    }

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
      if (!list && !limits.equals(ServerLimits.none())) {
        throw new IllegalArgumentException("a server without a list cannot count: " + limits);
      }
      Parts parts = new Parts(requestHandler, limits, list, failureListener);
      // What is missing is missed before anybody connects.
      List<LayerProvider> layers =
          choices.layersFor(endpoint, Role.SERVER, choices.transportOptions());
      Acceptor acceptor =
          choices
              .transportFor(endpoint)
              .listen(endpoint, choices.transportOptions().withoutLayers());
      WebSocketServer server = new WebSocketServer(choices, layers, acceptor, handler, parts);
      server.acceptNext();
      return server;
    }
  }
}
