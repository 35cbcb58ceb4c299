// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.LayerProvider;
import io.plywire.spi.Route;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.Initiation;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.Resolver;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.internal.dial.AddressBook;
import java.io.IOException;
import java.net.CookieHandler;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Opens WebSockets by URI: finds the transport, connects, and makes the opening handshake.
 *
 * <p>Immutable and thread-safe; make one and keep it. Providers are looked up once, when it is
 * built.
 *
 * {@snippet :
 * WebSocketClient client = WebSocketClient.create();
 * try (BlockingWebSocket ws = client.connect("ws://localhost:8080/")) {
 *   ws.write("hello");
 *   System.out.println(ws.read().text());
 * }
 * }
 *
 * @see Endpoint for the forms of URIs
 */
public final class WebSocketClient {
  private final Choices.Made choices;
  private final Function<? super Endpoint, List<Route>> routes;
  private final AddressBook addressBook;
  private final Duration deadline;
  private final int redirects;
  private final @Nullable Cookies cookies;
  private final @Nullable Consumer<Challenge> unauthorized;
  private final @Nullable BiConsumer<ConnectReport, @Nullable IOException> reporter;

  private WebSocketClient(Builder builder) {
    this.choices = builder.make(Role.CLIENT);
    this.routes = builder.routes;
    this.addressBook = new AddressBook(builder.resolver);
    this.deadline = builder.deadline;
    this.redirects = builder.redirects;
    this.cookies = builder.cookies == null ? null : new Cookies(builder.cookies);
    this.unauthorized = builder.unauthorized;
    this.reporter = builder.reporter;
  }

  private WebSocketClient(WebSocketClient other, Choices.Made choices) {
    this.choices = choices;
    this.routes = other.routes;
    this.addressBook = other.addressBook;
    this.deadline = other.deadline;
    this.redirects = other.redirects;
    this.cookies = other.cookies;
    this.unauthorized = other.unauthorized;
    this.reporter = other.reporter;
  }

  /** Makes a client with defaults for everything. */
  public static WebSocketClient create() {
    return builder().build();
  }

  /** Begins to make a client. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns a client whose streams behave differently, for example one that asks for other
   * sub-protocols or sends other fields. All else it has in common with this one.
   *
   * @param change makes other options of those that there are
   * @throws IllegalArgumentException if options do not fit each other
   */
  public WebSocketClient withOptions(UnaryOperator<WebSocketOptions> change) {
    return new WebSocketClient(this, choices.with(change.apply(options()), Role.CLIENT));
  }

  /**
   * Connects and opens a WebSocket.
   *
   * <p>Looks the host up, races its addresses, goes by the {@linkplain Builder#routes route}
   * chosen, puts the layers on, and shakes hands, all within the {@linkplain Builder#deadline
   * deadline}.
   *
   * @param uri such as {@code ws://example.com/chat}
   * @param handler gets the open stream and runs on its executor. Errors: those of the transport,
   *     those of the layers, and those of {@link WebSocketStream#asyncHandshake}; {@link
   *     ConnectReport#of} tells what led there. Any cancellation type ends the attempt at whatever
   *     stage it is, without a trace.
   * @throws IllegalArgumentException if the URI is none of a WebSocket, or an option does not fit
   * @throws io.plywire.spi.ProviderException if no transport serves the scheme
   */
  public void asyncConnect(String uri, Handler<WebSocketStream> handler) {
    asyncConnect(Endpoint.parse(uri), handler);
  }

  /**
   * Connects and opens a WebSocket, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param uri such as {@code ws://example.com/chat}
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncConnect(
      String uri, CompletionToken<WebSocketStream, R, X> token) throws X {
    return asyncConnect(Endpoint.parse(uri), token);
  }

  /**
   * Connects and opens a WebSocket.
   *
   * @param endpoint where to
   * @param handler as in {@link #asyncConnect(String, Handler)}
   */
  public void asyncConnect(Endpoint endpoint, Handler<WebSocketStream> handler) {
    TransportProvider provider = choices.transportFor(endpoint);
    connect(endpoint, provider, place(provider), handler);
  }

  /**
   * Connects and opens a WebSocket, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param endpoint where to
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncConnect(
      Endpoint endpoint, CompletionToken<WebSocketStream, R, X> token) throws X {
    TransportProvider provider = choices.transportFor(endpoint);
    TransportOptions placed = place(provider);
    return token.initiate(
        Initiation.of(
            Objects.requireNonNull(placed.executor()),
            handler -> connect(endpoint, provider, placed, handler)));
  }

  /**
   * Connects and opens a WebSocket, waits until it is open, and returns it for threads that may
   * block.
   *
   * @param uri such as {@code ws://example.com/chat}
   * @throws IOException as {@link #asyncConnect(String, Handler)} has it
   * @throws IllegalArgumentException if the URI is none of a WebSocket, or an option does not fit
   * @throws io.plywire.spi.ProviderException if no transport serves the scheme
   */
  public BlockingWebSocket connect(String uri) throws IOException {
    return asyncConnect(uri, CompletionToken.useBlocking()).blocking();
  }

  /**
   * Returns an executor for what belongs to a connection: the one that the {@linkplain
   * TransportOptions#executor() options} name, else one of the transport's.
   *
   * @param endpoint where the connection leads
   * @throws io.plywire.spi.ProviderException if no transport serves the scheme
   */
  public StreamExecutor executorFor(Endpoint endpoint) {
    return Objects.requireNonNull(place(choices.transportFor(endpoint)).executor());
  }

  private void connect(
      Endpoint endpoint,
      TransportProvider provider,
      TransportOptions placed,
      Handler<WebSocketStream> handler) {
    Objects.requireNonNull(handler, "handler");
    new Dialing(this, endpoint, provider, placed, handler).initiate();
  }

  private TransportOptions place(TransportProvider provider) {
    TransportOptions options = choices.transportOptions();
    return options.executor() == null ? options.withExecutor(provider.executor()) : options;
  }

  // ---- what a connect asks for

  List<LayerProvider> layers(Endpoint endpoint, TransportOptions placed) {
    return choices.layersFor(endpoint, Role.CLIENT, placed);
  }

  List<Route> routes(Endpoint endpoint) {
    List<Route> chosen = routes.apply(endpoint);
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException("there is no route to " + endpoint.withoutQuery());
    }
    return chosen;
  }

  WebSocketOptions options() {
    return choices.options();
  }

  AddressBook addressBook() {
    return addressBook;
  }

  Duration deadline() {
    return deadline;
  }

  int redirects() {
    return redirects;
  }

  @Nullable Cookies cookies() {
    return cookies;
  }

  @Nullable Consumer<Challenge> unauthorized() {
    return unauthorized;
  }

  /** A server has answered, in whatever way. */
  void answered(Endpoint endpoint, UpgradeResponse response) {
    if (cookies != null) {
      cookies.keep(endpoint, response);
    }
  }

  /** Returns who wants to hear of every connect, or null. */
  @Nullable BiConsumer<ConnectReport, @Nullable IOException> reporter() {
    return reporter;
  }

  /** Makes a client. */
  public static final class Builder extends Choices<Builder> {
    private Function<? super Endpoint, List<Route>> routes =
        endpoint -> List.of(Route.to(endpoint));
    private Resolver resolver = Resolver.system();
    private Duration deadline = Duration.ofSeconds(60);
    private int redirects;
    private @Nullable CookieHandler cookies;
    private @Nullable Consumer<Challenge> unauthorized;
    private @Nullable BiConsumer<ConnectReport, @Nullable IOException> reporter;

    private Builder() {}

    /**
     * Sets how long a connect may take in all, from looking the host up to the server's answer,
     * redirects and challenges included. Default: 60 seconds. The stages have limits of their own
     * besides: {@link TransportOptions#connectTimeout}, those of layers, {@link
     * Timeouts#handshake}.
     *
     * @param value zero for no limit
     * @throws IllegalArgumentException if negative
     */
    public Builder deadline(Duration value) {
      if (value.isNegative()) {
        throw new IllegalArgumentException("deadline " + Durations.text(value) + " is negative");
      }
      deadline = value;
      return this;
    }

    /**
     * Sets who looks names up. Default: {@link Resolver#system()}. Of no meaning for transports
     * without the trait {@link io.plywire.spi.Trait#ADDRESSES}.
     *
     * @param value the resolver
     */
    public Builder resolver(Resolver value) {
      resolver = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Sets by which ways an endpoint is reached, such as proxies. Default: the direct one. The next
     * one is taken when one of them has failed to lead to the endpoint; what happens there, TLS and
     * handshake, is final.
     *
     * @param value gives one route or more, the best first; asked in the call that connects, and on
     *     the executor after a redirect, so it must not block
     */
    public Builder routes(Function<? super Endpoint, List<Route>> value) {
      routes = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Sets how many redirects are followed: status 301, 302, 303, 307 or 308 with a {@code
     * Location}. Default: none, since browsers follow none. None leads from a secure place to one
     * that is not. Credentials, which are the fields {@code Authorization}, {@code Cookie} and
     * {@code Proxy-Authorization} of a request decorator, do not go to another origin.
     *
     * @param most how many in a row
     * @throws IllegalArgumentException if negative
     */
    public Builder redirects(int most) {
      if (most < 0) {
        throw new IllegalArgumentException("redirects " + most + " is negative");
      }
      redirects = most;
      return this;
    }

    /**
     * Sets who answers a server that says 401. Default: nobody, and the connect fails with it.
     *
     * @param value gets the challenge, on the executor, once in a connect
     */
    public Builder onUnauthorized(Consumer<Challenge> value) {
      unauthorized = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Sets who keeps cookies. Default: nobody. They are sent to {@code ws} as to {@code http}, to
     * {@code wss} as to {@code https}.
     *
     * @param value such as a {@link java.net.CookieManager}; called on the executor, so it must not
     *     block
     */
    public Builder cookies(CookieHandler value) {
      cookies = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Sets who hears what has happened in each connect, whether it succeeded or not.
     *
     * @param value gets the report, and the error or null; on the executor, before the handler
     */
    public Builder onConnect(BiConsumer<ConnectReport, @Nullable IOException> value) {
      reporter = Objects.requireNonNull(value, "value");
      return this;
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Makes the client.
     *
     * @throws io.plywire.spi.ProviderException if a transport was named that cannot be had
     */
    public WebSocketClient build() {
      return new WebSocketClient(this);
    }
  }
}
