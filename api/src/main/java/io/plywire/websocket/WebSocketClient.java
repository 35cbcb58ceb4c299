// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.LayerProvider;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Handler;
import io.plywire.stream.Initiation;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

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

  private WebSocketClient(Builder builder) {
    this.choices = builder.make(Role.CLIENT);
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

  private void connect(
      Endpoint endpoint,
      TransportProvider provider,
      TransportOptions placed,
      Handler<WebSocketStream> handler) {
    Objects.requireNonNull(handler, "handler");
    List<LayerProvider> layers = choices.layersFor(endpoint, Role.CLIENT, placed);
    new Connecting(endpoint, provider, layers, placed, choices.options(), handler).initiate();
  }

  private TransportOptions place(TransportProvider provider) {
    TransportOptions options = choices.transportOptions();
    return options.executor() == null ? options.withExecutor(provider.executor()) : options;
  }

  /** Makes a client. */
  public static final class Builder extends Choices<Builder> {
    private Builder() {}

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
