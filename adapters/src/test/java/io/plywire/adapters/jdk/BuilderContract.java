// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.adapters.jdk.ScriptedServer.Connection;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link WebSocket.Builder}, sentence by sentence. */
abstract class BuilderContract extends WebSocketContract {
  @Test
  void methodsReturnTheBuilderThemselves() {
    WebSocket.Builder builder = builder();
    assertThat(builder.header("X-One", "1")).isSameAs(builder);
    assertThat(builder.subprotocols("a", "b")).isSameAs(builder);
    assertThat(builder.connectTimeout(Duration.ofSeconds(1))).isSameAs(builder);
  }

  @Test
  void additionalHeadersAreSentAndMayStandTwice() {
    CompletableFuture<WebSocket> building =
        builder()
            .header("X-Tenant", "blue")
            .header("X-Tenant", "green")
            .header("Origin", "https://example.com")
            .buildAsync(server.uri(), calls);
    Connection peer = server.accept();
    get(building);
    assertThat(peer.head).containsIgnoringCase("X-Tenant: blue");
    assertThat(peer.head).containsIgnoringCase("X-Tenant: green");
    assertThat(peer.field("Origin")).isEqualTo("https://example.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sec-WebSocket-Accept",
        "Sec-WebSocket-Extensions",
        "sec-websocket-key",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Version",
        "Host",
        "Connection",
        "Upgrade",
        "Content-Length",
        "not a token",
        ""
      })
  void illegalHeadersFailTheFuture(String name) {
    assertThat(failure(builder().header(name, "x").buildAsync(server.uri(), calls)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void illegalHeaderValueFailsTheFuture() {
    assertThat(failure(builder().header("X-One", "a\r\nb").buildAsync(server.uri(), calls)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void subprotocolsAreAskedForInOrderAndTheChosenOneIsTold() {
    CompletableFuture<WebSocket> building =
        builder().subprotocols("soap", "chat", "superchat").buildAsync(server.uri(), calls);
    Connection peer = server.accept("Sec-WebSocket-Protocol: chat");
    assertThat(get(building).getSubprotocol()).isEqualTo("chat");
    assertThat(peer.field("Sec-WebSocket-Protocol").replace(" ", ""))
        .isEqualTo("soap,chat,superchat");
  }

  @Test
  void withoutSubprotocolNoneIsAskedForAndItIsEmpty() {
    CompletableFuture<WebSocket> building = builder().buildAsync(server.uri(), calls);
    Connection peer = server.accept();
    assertThat(get(building).getSubprotocol()).isEmpty();
    assertThat(peer.field("Sec-WebSocket-Protocol")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"two words", "", "a,b"})
  void illegalSubprotocolFailsTheFuture(String name) {
    assertThat(failure(builder().subprotocols(name).buildAsync(server.uri(), calls)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void subprotocolThatWasNotAskedForFailsTheHandshake() {
    CompletableFuture<WebSocket> building =
        builder().subprotocols("chat").buildAsync(server.uri(), calls);
    server.accept("Sec-WebSocket-Protocol: soap");
    assertThat(failure(building)).isInstanceOf(WebSocketHandshakeException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S"})
  void timeoutThatIsNotPositiveFailsTheFuture(Duration timeout) {
    assertThat(failure(builder().connectTimeout(timeout).buildAsync(server.uri(), calls)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void serverThatDoesNotAnswerInTimeIsAnHttpTimeout() {
    CompletableFuture<WebSocket> building =
        builder().connectTimeout(Duration.ofMillis(300)).buildAsync(server.uri(), calls);
    assertThat(failure(building)).isInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void timeoutDoesNotOutliveTheConnect() {
    CompletableFuture<WebSocket> building =
        builder().connectTimeout(Duration.ofSeconds(60)).buildAsync(server.uri(), calls);
    Connection peer = server.accept();
    roundTrip(new Pair(get(building), peer), "still there");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://localhost/", "ws://localhost/#part", "localhost", "mailto:a@b", "ws:///x"})
  void badUriFailsTheFuture(String uri) {
    assertThat(failure(builder().buildAsync(URI.create(uri), calls)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nobodyListeningIsAnIoException() throws IOException {
    int port;
    try (ServerSocket once = new ServerSocket(0)) {
      port = once.getLocalPort();
    }
    assertThat(failure(builder().buildAsync(URI.create("ws://127.0.0.1:" + port + "/"), calls)))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(WebSocketHandshakeException.class);
  }

  @Test
  void serverThatHangsUpIsAnIoException() {
    CompletableFuture<WebSocket> building = builder().buildAsync(server.uri(), calls);
    server.request();
    server.close(); // and the listener with it, since the JDK tries again
    assertThat(failure(building)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 301, 403, 404, 500, 503})
  void refusalIsAHandshakeExceptionWithTheResponse(int status) {
    CompletableFuture<WebSocket> building = builder().buildAsync(server.uri(), calls);
    server
        .request()
        .send(
            ("HTTP/1.1 "
                    + status
                    + " No\r\nContent-Length: 2\r\nX-Why: because\r\n"
                    + "Location: http://127.0.0.1:1/\r\n\r\nno")
                .getBytes(StandardCharsets.US_ASCII));
    assertThat(failure(building))
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            refused -> {
              assertThat(refused.getResponse().statusCode()).isEqualTo(status);
              assertThat(refused.getResponse().headers().firstValue("x-why")).contains("because");
              assertThat(refused.getResponse().uri().getPort()).isEqualTo(server.uri().getPort());
              assertThat(refused.getResponse().request().method()).isEqualTo("GET");
            });
  }

  @Test
  void wrongAcceptIsAHandshakeException() {
    CompletableFuture<WebSocket> building = builder().buildAsync(server.uri(), calls);
    server
        .request()
        .send(
            ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    assertThat(failure(building)).isInstanceOf(WebSocketHandshakeException.class);
  }

  @Test
  void nullsAreRefusedAtOnce() {
    WebSocket.Builder builder = builder();
    assertThatThrownBy(() -> builder.header(null, "x")).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.header("x", null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.connectTimeout(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.subprotocols(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.buildAsync(null, calls))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> builder.buildAsync(server.uri(), null))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void oneBuilderBuildsSeveral() {
    WebSocket.Builder builder = builder().header("X-One", "1");
    CompletableFuture<WebSocket> first = builder.buildAsync(server.uri(), calls);
    Connection one = server.accept();
    CompletableFuture<WebSocket> second = builder.buildAsync(server.uri(), calls);
    Connection two = server.accept();
    assertThat(get(first)).isNotSameAs(get(second));
    assertThat(one.field("X-One")).isEqualTo("1");
    assertThat(two.field("X-One")).isEqualTo("1");
  }
}
