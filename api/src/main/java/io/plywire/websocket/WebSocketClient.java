// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.Discovery;
import io.plywire.spi.Endpoint;
import io.plywire.spi.LayerProvider;
import io.plywire.spi.TransportOptions;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Handler;
import io.plywire.stream.Initiation;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens WebSockets by URI: finds the transport, connects, and makes the opening handshake.
 *
 * <p>Immutable and thread-safe; make one and keep it. Providers are looked up once, when it is
 * built.
 *
 * {@snippet :
 * WebSocketClient client = WebSocketClient.create();
 * try (WebSocketStream ws = client.asyncConnect("ws://localhost:8080/", useBlocking())) {
 *   ws.asyncWrite("hello", useBlocking());
 *   System.out.println(ws.asyncRead(useBlocking()).text());
 *   ws.asyncClose(CloseReason.NORMAL, useBlocking());
 * }
 * }
 *
 * @see Endpoint for the forms of URIs
 */
public final class WebSocketClient {
  private final Discovery discovery;
  private final @Nullable TransportProvider transport;
  private final TransportOptions transportOptions;
  private final WebSocketOptions options;

  private WebSocketClient(Builder builder) {
    this.discovery = builder.discovery == null ? Discovery.load() : builder.discovery;
    this.transport =
        builder.transportName == null
            ? builder.transport
            : discovery.transportNamed(builder.transportName);
    this.transportOptions = builder.transportOptions;
    this.options = builder.options;
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
   * Connects and opens a WebSocket.
   *
   * @param uri such as {@code ws://example.com/chat}
   * @param handler gets the open stream and runs on its executor. Errors: those of the transport,
   *     and those of {@link WebSocketStream#asyncHandshake}. Any cancellation type ends the attempt
   *     at whatever stage it is, without a trace.
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
    TransportProvider provider = provider(endpoint);
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
    TransportProvider provider = provider(endpoint);
    TransportOptions placed = place(provider);
    return token.initiate(
        Initiation.of(
            Objects.requireNonNull(placed.executor()),
            handler -> connect(endpoint, provider, placed, handler)));
  }

  private void connect(
      Endpoint endpoint,
      TransportProvider provider,
      TransportOptions placed,
      Handler<WebSocketStream> handler) {
    Objects.requireNonNull(handler, "handler");
    LayerProvider layer = endpoint.secure() ? discovery.layer("tls") : null;
    new Connecting(endpoint, layer, placed, options, handler).start(provider);
  }

  private TransportProvider provider(Endpoint endpoint) {
    return transport == null ? discovery.transport(endpoint.transport()) : transport;
  }

  private TransportOptions place(TransportProvider provider) {
    return transportOptions.executor() == null
        ? transportOptions.withExecutor(provider.executor())
        : transportOptions;
  }

  /** Makes a client. */
  public static final class Builder {
    private @Nullable Discovery discovery;
    private @Nullable TransportProvider transport;
    private @Nullable String transportName;
    private TransportOptions transportOptions = TransportOptions.defaults();
    private WebSocketOptions options = WebSocketOptions.defaults();

    private Builder() {}

    /**
     * Sets where providers are looked for. Default: {@link Discovery#load()} when it is built.
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
     * @param name such as {@code nio}; building fails if it cannot be had
     */
    public Builder transport(String name) {
      transportName = Objects.requireNonNull(name, "name");
      transport = null;
      return this;
    }

    /**
     * Sets how to connect.
     *
     * @param value deadline, executor and options of the transport
     */
    public Builder transportOptions(TransportOptions value) {
      transportOptions = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Sets how the streams behave.
     *
     * @param value limits, timeouts, sub-protocols and so on
     */
    public Builder options(WebSocketOptions value) {
      options = Objects.requireNonNull(value, "value");
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
