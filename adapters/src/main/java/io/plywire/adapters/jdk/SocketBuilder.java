// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import io.plywire.adapters.internal.CallbackThreads;
import io.plywire.spi.ProviderException;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Durations;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Collects what is asked for, and looks at it only when it is to be used, as the contract says. */
final class SocketBuilder implements WebSocket.Builder {
  /** Fields of the handshake, besides all that begin with {@code Sec-WebSocket-}. */
  private static final Set<String> RESTRICTED =
      Set.of("connection", "content-length", "expect", "host", "upgrade");

  private final WebSocketClient client;
  private final Executor executor;
  private final List<String[]> headers = new ArrayList<>();
  private List<String> subprotocols = List.of();
  private @Nullable Duration connectTimeout;

  SocketBuilder(WebSocketClient client, Executor executor) {
    this.client = client;
    this.executor = executor;
  }

  @Override
  public WebSocket.Builder header(String name, String value) {
    headers.add(
        new String[] {
          Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value")
        });
    return this;
  }

  @Override
  public WebSocket.Builder connectTimeout(Duration timeout) {
    connectTimeout = Objects.requireNonNull(timeout, "timeout");
    return this;
  }

  @Override
  public WebSocket.Builder subprotocols(String mostPreferred, String... lesserPreferred) {
    List<String> names = new ArrayList<>();
    names.add(Objects.requireNonNull(mostPreferred, "mostPreferred"));
    names.addAll(List.of(lesserPreferred));
    subprotocols = names;
    return this;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // of stages that only hand on
  public CompletableFuture<WebSocket> buildAsync(URI uri, WebSocket.Listener listener) {
    Objects.requireNonNull(uri, "uri");
    Objects.requireNonNull(listener, "listener");
    CompletableFuture<WebSocketStream> connecting;
    try {
      connecting = connect(uri);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    } catch (ProviderException e) {
      return CompletableFuture.failedFuture(new IOException(e.getMessage(), e));
    }
    CompletableFuture<WebSocket> built = new CompletableFuture<>();
    Executor callbacks = executor;
    connecting.whenComplete(
        (stream, error) -> {
          if (stream == null) {
            Throwable failure = failure(uri, Objects.requireNonNull(error));
            CallbackThreads.run(callbacks, () -> built.completeExceptionally(failure));
          } else {
            StreamSocket socket = new StreamSocket(stream, listener, callbacks);
            socket.open();
            CallbackThreads.run(callbacks, () -> hand(socket, built));
          }
        });
    built.whenComplete((socket, error) -> connecting.cancel(false)); // in vain if it was that
    return built;
  }

  private static void hand(WebSocket socket, CompletableFuture<WebSocket> to) {
    if (!to.complete(socket)) {
      socket.abort(); // nobody waits for it any more
    }
  }

  private CompletableFuture<WebSocketStream> connect(URI uri) {
    if (uri.getRawFragment() != null) {
      throw new IllegalArgumentException("the URI has a fragment: " + uri);
    }
    Endpoint endpoint = Endpoint.parse(uri.toString());
    WebSocketClient asked = client.withOptions(this::add);
    Duration timeout = connectTimeout;
    if (timeout == null) {
      return asked.asyncConnect(endpoint, CompletionToken.useFuture());
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "connect timeout " + Durations.text(timeout) + " is not positive");
    }
    return asked.asyncConnect(endpoint, CompletionToken.useFuture(timeout));
  }

  private WebSocketOptions add(WebSocketOptions options) {
    WebSocketOptions all = options;
    if (!subprotocols.isEmpty()) {
      all = all.withSubprotocols(subprotocols.toArray(String[]::new));
    }
    if (headers.isEmpty()) {
      return all;
    }
    HttpFields fields = new HttpFields();
    for (String[] header : headers) {
      String name = header[0].toLowerCase(Locale.ROOT);
      if (RESTRICTED.contains(name) || name.startsWith("sec-websocket-")) {
        throw new IllegalArgumentException("the header " + header[0] + " is the handshake's");
      }
      fields.add(header[0], header[1]);
    }
    var before = all.requestDecorator();
    return all.withRequestDecorator(
        request -> {
          before.accept(request);
          fields.forEach(field -> request.fields().add(field.name(), field.value()));
        });
  }

  private static Throwable failure(URI uri, Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : null;
    Throwable error = cause != null ? cause : thrown;
    if (error instanceof WebSocketException refused) {
      UpgradeResponse response = refused.response();
      if (response != null) {
        return new WebSocketHandshakeException(new HandshakeResponse(uri, response))
            .initCause(refused);
      }
    }
    if (error instanceof StreamException late && late.error() == StreamError.TIMEOUT) {
      HttpTimeoutException timeout = new HttpTimeoutException(late.getMessage());
      timeout.initCause(late);
      return timeout;
    }
    return error;
  }
}
