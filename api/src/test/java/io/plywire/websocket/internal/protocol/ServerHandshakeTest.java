// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.websocket.HttpFields;
import io.plywire.websocket.Reply;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ServerHandshakeTest {

  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  @Test
  void requestOfTheRfcIsRight() {
    assertThat(error(fields -> {})).isNull();
    assertThat(error(fields -> fields.set("Connection", "keep-alive, UPGRADE"))).isNull();
    assertThat(error(fields -> fields.set("Upgrade", "h2c,WebSocket"))).isNull();
    assertThat(error(fields -> fields.set("Content-Length", "0"))).isNull();
    assertThat(error(fields -> fields.set("Host", "[::1]:80"))).isNull();
  }

  /** Each row is right in one thing more than the row above it: the first failing check wins. */
  @ParameterizedTest
  @CsvSource({
    "HTTP/1.0, POST, -, -, -, -, -, BAD_HTTP_VERSION",
    "HTTP/2.0, POST, -, -, -, -, -, BAD_HTTP_VERSION",
    "HTTP/1.1, POST, -, -, -, -, -, BAD_METHOD",
    "HTTP/1.1, get, -, -, -, -, -, BAD_METHOD",
    "HTTP/1.1, GET, -, -, -, -, -, NO_HOST",
    "HTTP/1.1, GET, a, -, -, -, -, NO_CONNECTION",
    "HTTP/1.1, GET, a, keep-alive, -, -, -, NO_CONNECTION_UPGRADE",
    "HTTP/1.1, GET, a, upgrade, -, -, -, NO_UPGRADE",
    "HTTP/1.1, GET, a, upgrade, h2c, -, -, NO_UPGRADE_WEBSOCKET",
    "HTTP/1.1, GET, a, upgrade, websocket, -, -, NO_SEC_KEY",
    "HTTP/1.1, GET, a, upgrade, websocket, '', -, BAD_SEC_KEY",
    "HTTP/1.1, GET, a, upgrade, websocket, AAAA, -, BAD_SEC_KEY",
    "HTTP/1.1, GET, a, upgrade, websocket, dGhlIHNhbXBsZSBub25jZQ==, -, NO_SEC_VERSION",
    "HTTP/1.1, GET, a, upgrade, websocket, dGhlIHNhbXBsZSBub25jZQ==, 12, BAD_SEC_VERSION",
    "HTTP/1.1, GET, a, upgrade, websocket, dGhlIHNhbXBsZSBub25jZQ==, 013, BAD_SEC_VERSION",
    "HTTP/1.1, GET, a, upgrade, websocket, dGhlIHNhbXBsZSBub25jZQ==, 13,"
  })
  void checksAreMadeInOrder(
      String version,
      String method,
      String host,
      String connection,
      String upgrade,
      String key,
      String secVersion,
      @Nullable WebSocketError error) {
    HttpFields fields = new HttpFields();
    addUnlessDash(fields, "Host", host);
    addUnlessDash(fields, "Connection", connection);
    addUnlessDash(fields, "Upgrade", upgrade);
    addUnlessDash(fields, "Sec-WebSocket-Key", key);
    addUnlessDash(fields, "Sec-WebSocket-Version", secVersion);
    Violation violation =
        ServerHandshake.validate(new UpgradeRequest(method, "/", version, fields));
    assertThat(violation == null ? null : violation.error()).isEqualTo(error);
  }

  @Test
  void ambiguousRequestsAreRefused() {
    assertThat(error(fields -> fields.add("Host", "b"))).isEqualTo(WebSocketError.BAD_HTTP_MESSAGE);
    assertThat(error(fields -> fields.set("Host", "a/b")))
        .isEqualTo(WebSocketError.BAD_HTTP_MESSAGE);
    assertThat(error(fields -> fields.add("Sec-WebSocket-Key", KEY)))
        .isEqualTo(WebSocketError.BAD_SEC_KEY);
    assertThat(error(fields -> fields.add("Sec-WebSocket-Version", "13")))
        .isEqualTo(WebSocketError.BAD_SEC_VERSION);
    assertThat(error(fields -> fields.add("Sec-WebSocket-Extensions", "a;")))
        .isEqualTo(WebSocketError.BAD_EXTENSION);
    assertThat(error(fields -> fields.add("Content-Length", "1")))
        .isEqualTo(WebSocketError.BAD_HTTP_MESSAGE);
    assertThat(error(fields -> fields.add("Transfer-Encoding", "chunked")))
        .isEqualTo(WebSocketError.BAD_HTTP_MESSAGE);
  }

  /** RFC 9112 §3.2. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "/, -",
        "/p?q, -",
        "//p, -",
        "/%zz?{}, -",
        "ws://a/p, -",
        "HTTPS://a:81?q, -",
        "*, '*'",
        "localhost:80, localhost:80",
        "p, 'p'",
        "?q, ''",
        "/p#f, /p",
        "ws:///p, ws:///p",
        "ftp://a/p, ftp://a/p",
        "ws://user@a/p, user@a",
        "ws://a:b/p, a:b",
      })
  void targetIsAPathOrAnAbsoluteUri(String target, @Nullable String told) {
    UpgradeRequest request =
        new UpgradeRequest("GET", target, "HTTP/1.1", request().fields().copy());
    Violation violation = ServerHandshake.validate(request);
    if (told == null) {
      assertThat(violation).isNull();
    } else {
      assertThat(violation).isNotNull();
      assertThat(violation.error()).isEqualTo(WebSocketError.BAD_HTTP_MESSAGE);
      assertThat(violation.detail()).contains(told);
    }
  }

  /** RFC 9112 §3.2.2. */
  @Test
  void authorityOfTheTargetStandsForTheHost() {
    UpgradeRequest request = UpgradeRequest.get("http://right.example/p");
    request.fields().add("Host", "wrong.example").add("Origin", "http://right.example");
    assertThat(ServerHandshake.sameOrigin(request)).isTrue();
    request.fields().set("Origin", "http://wrong.example");
    assertThat(ServerHandshake.sameOrigin(request)).isFalse();
    ServerHandshake.putAuthority(request);
    assertThat(request.fields().all("Host")).containsExactly("right.example");
  }

  @Test
  void responseThatAgreesHasTheFieldsInTheirOrder() {
    UpgradeRequest request = request();
    request.fields().add("Sec-WebSocket-Protocol", "a, b").add("Sec-WebSocket-Protocol", "c");
    UpgradeResponse response = ServerHandshake.accept(request, "c", "x; y");
    assertThat(new String(Buffers.bytes(HttpHead.encode(response)), ISO_8859_1))
        .isEqualTo(
            """
            HTTP/1.1 101 Switching Protocols\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
            Sec-WebSocket-Protocol: c\r
            Sec-WebSocket-Extensions: x; y\r
            \r
            """);
  }

  @Test
  void offeredSubprotocolsKeepTheirOrder() {
    UpgradeRequest request = request();
    assertThat(ServerHandshake.subprotocols(request)).isEmpty();
    request.fields().add("Sec-WebSocket-Protocol", "b ,,a").add("sec-websocket-protocol", "c");
    assertThat(ServerHandshake.subprotocols(request)).containsExactly("b", "a", "c");
    assertThatThrownBy(() -> ServerHandshake.accept(request, "d", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("d");
  }

  private static UpgradeResponse refusal(Violation violation) {
    Reply reply = ServerHandshake.refusal(violation);
    return ReplyHead.of(reply, reply.bodyLength(), false, false);
  }

  @ParameterizedTest
  @EnumSource(WebSocketError.class)
  void everyRejectionIsACompleteResponse(WebSocketError error) {
    UpgradeResponse response = refusal(new Violation(error, "<script>"));
    int expected = error.httpStatus() == 0 ? 400 : error.httpStatus();
    assertThat(response.status()).isEqualTo(expected);
    assertThat(response.reason()).isNotEmpty();
    assertThat(response.bodyText()).isEqualTo(error.description() + "\n");
    assertThat(response.fields().first("Content-Length"))
        .isEqualTo(Integer.toString(response.body().length));
    assertThat(response.fields().first("Content-Type")).startsWith("text/plain");
    assertThat(response.fields().containsToken("Connection", "close")).isTrue();
  }

  @Test
  void wrongVersionIsToldTheRightOne() {
    UpgradeResponse response = refusal(new Violation(WebSocketError.BAD_SEC_VERSION, ""));
    assertThat(response.status()).isEqualTo(426);
    assertThat(response.reason()).isEqualTo("Upgrade Required");
    assertThat(response.fields().all("Sec-WebSocket-Version")).containsExactly("13");
    assertThat(response.fields().first("Upgrade")).isEqualTo("websocket");
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com, example.com, true",
    "https://example.com, example.com:443, true",
    "https://example.com:443, example.com, true",
    "http://example.com, example.com:80, true",
    "http://EXAMPLE.com:8080, example.com:8080, true",
    "http://[::1]:8080, [::1]:8080, true",
    "https://example.com, example.com:80, false",
    "https://example.com:8443, example.com, false",
    "https://evil.com, example.com, false",
    "https://example.com.evil.com, example.com, false",
    "https://example.com@evil.com, example.com, false",
    "https://example.com/, example.com, false",
    "chrome-extension://example.com, example.com, false",
    "example.com, example.com, false",
    "null, example.com, false",
    "'', example.com, false"
  })
  void originMustNameTheHost(String origin, String host, boolean same) {
    UpgradeRequest request = UpgradeRequest.get("/");
    request.fields().add("Host", host).add("Origin", origin);
    assertThat(ServerHandshake.sameOrigin(request)).isEqualTo(same);
  }

  @Test
  void requestWithoutOriginIsNoBrowsers() {
    assertThat(ServerHandshake.sameOrigin(request())).isTrue();
    UpgradeRequest twice = request();
    twice.fields().add("Origin", "http://example.com").add("Origin", "http://example.com");
    assertThat(ServerHandshake.sameOrigin(twice)).isFalse();
  }

  @Test
  void expectationIsRecognized() {
    UpgradeRequest request = request();
    assertThat(ServerHandshake.expectsContinue(request)).isFalse();
    request.fields().add("Expect", "100-Continue");
    assertThat(ServerHandshake.expectsContinue(request)).isTrue();
    assertThat(
            new String(
                Buffers.bytes(HttpHead.encode(ServerHandshake.continueResponse())), ISO_8859_1))
        .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
  }

  private static UpgradeRequest request() {
    UpgradeRequest request = UpgradeRequest.get("/chat");
    request
        .fields()
        .add("Host", "example.com")
        .add("Upgrade", "websocket")
        .add("Connection", "Upgrade")
        .add("Sec-WebSocket-Key", KEY)
        .add("Sec-WebSocket-Version", "13");
    return request;
  }

  private static @Nullable WebSocketError error(Consumer<HttpFields> change) {
    UpgradeRequest request = request();
    change.accept(request.fields());
    Violation violation = ServerHandshake.validate(request);
    return violation == null ? null : violation.error();
  }

  private static void addUnlessDash(HttpFields fields, String name, String value) {
    if (!value.equals("-")) {
      fields.add(name, value);
    }
  }
}
