// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.deflate.DeflateOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHandshakeTest {

  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
  private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

  @Test
  void requestHasTheFieldsInTheirOrderAndNoOther() {
    ClientHandshake handshake =
        new ClientHandshake("/chat?a=b", "example.com:8080", KEY, List.of(), null);
    assertThat(new String(Buffers.bytes(handshake.encode()), ISO_8859_1))
        .isEqualTo(
            """
            GET /chat?a=b HTTP/1.1\r
            Host: example.com:8080\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            \r
            """);
  }

  @Test
  void offersFollowTheFixedFields() {
    ClientHandshake handshake =
        new ClientHandshake("/", "a", KEY, List.of("chat", "v2.chat"), DeflateOptions.defaults());
    assertThat(handshake.request().fields().all("sec-websocket-protocol"))
        .containsExactly("chat, v2.chat");
    assertThat(handshake.request().fields().all("sec-websocket-extensions"))
        .containsExactly("permessage-deflate");
  }

  @Test
  void decoratedRequestIsWhatIsSent() {
    ClientHandshake handshake = new ClientHandshake("/", "a", KEY, List.of(), null);
    handshake.request().fields().add("Authorization", "Basic abc");
    assertThat(new String(Buffers.bytes(handshake.encode()), ISO_8859_1))
        .contains("\r\nAuthorization: Basic abc\r\n\r\n");
  }

  @Test
  void ownServerIsBelieved() {
    ClientHandshake client =
        new ClientHandshake("/", "a", HandshakeKey.random(), List.of("chat"), null);
    assertThat(ServerHandshake.validate(client.request())).isNull();
    UpgradeResponse response = ServerHandshake.accept(client.request(), "chat", null);
    assertThat(client.validate(response)).isNull();
    assertThat(ClientHandshake.subprotocol(response)).isEqualTo("chat");
  }

  /** Each row breaks one thing more than the row below it: the first failing check wins. */
  @ParameterizedTest
  @CsvSource({
    "200, HTTP/1.0, -, -, -, UPGRADE_DECLINED",
    "101, HTTP/1.0, -, -, -, BAD_HTTP_VERSION",
    "101, HTTP/1.1, -, -, -, NO_CONNECTION",
    "101, HTTP/1.1, close, -, -, NO_CONNECTION_UPGRADE",
    "101, HTTP/1.1, Upgrade, -, -, NO_UPGRADE",
    "101, HTTP/1.1, Upgrade, h2c, -, NO_UPGRADE_WEBSOCKET",
    "101, HTTP/1.1, Upgrade, websocket, -, NO_SEC_ACCEPT",
    "101, HTTP/1.1, Upgrade, websocket, AAAA, BAD_SEC_ACCEPT",
    "101, HTTP/1.1, Upgrade, websocket, S3PPLMBITXAQ9KYGZZHZRBK+XOO=, BAD_SEC_ACCEPT",
    "101, HTTP/1.1, 'close, UPGRADE', 'h2c, WebSocket', s3pPLMBiTxaQ9kYGzzhZRbK+xOo=,"
  })
  void checksAreMadeInOrder(
      int status,
      String version,
      String connection,
      String upgrade,
      String accept,
      @Nullable WebSocketError error) {
    HttpFields fields = new HttpFields();
    addUnlessDash(fields, "Connection", connection);
    addUnlessDash(fields, "Upgrade", upgrade);
    addUnlessDash(fields, "Sec-WebSocket-Accept", accept);
    UpgradeResponse response = new UpgradeResponse(status, "", version, fields, new byte[0]);
    ClientHandshake handshake = new ClientHandshake("/", "a", KEY, List.of(), null);
    assertThat(error(handshake.validate(response))).isEqualTo(error);
  }

  @Test
  void acceptMayStandOnlyOnce() {
    UpgradeResponse response = agreed("Sec-WebSocket-Accept", ACCEPT);
    assertThat(validate(response)).isEqualTo(WebSocketError.BAD_SEC_ACCEPT);
  }

  @ParameterizedTest
  @CsvSource({"chat,", "v2,", "Chat, UNEXPECTED_SUBPROTOCOL", "'chat, v2', UNEXPECTED_SUBPROTOCOL"})
  void subprotocolMustHaveBeenOffered(String chosen, @Nullable WebSocketError error) {
    assertThat(validate(agreed("Sec-WebSocket-Protocol", chosen))).isEqualTo(error);
  }

  @Test
  void unsolicitedSubprotocolIsRefused() {
    ClientHandshake handshake = new ClientHandshake("/", "a", KEY, List.of(), null);
    assertThat(error(handshake.validate(agreed("Sec-WebSocket-Protocol", "chat"))))
        .isEqualTo(WebSocketError.UNEXPECTED_SUBPROTOCOL);
    handshake.request().fields().add("Sec-WebSocket-Protocol", "chat");
    assertThat(handshake.validate(agreed("Sec-WebSocket-Protocol", "chat"))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "permessage-deflate,",
    "Permessage-Deflate; SERVER_no_context_takeover,",
    "x-ext, UNEXPECTED_EXTENSION",
    "'permessage-deflate, other', UNEXPECTED_EXTENSION",
    "'permessage-deflate, permessage-deflate', BAD_EXTENSION",
    "permessage-deflate; a=1, BAD_EXTENSION",
    "permessage-deflate;, BAD_EXTENSION"
  })
  void extensionMustHaveBeenOffered(String answer, @Nullable WebSocketError error) {
    assertThat(validate(agreed("Sec-WebSocket-Extensions", answer))).isEqualTo(error);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "chat", "/a#b", "/a b", "/a\r\nX: y", "/caf\u00e9", "http://a/"})
  void targetsThatCannotBeSentAreRefused(String target) {
    assertThatThrownBy(() -> new ClientHandshake(target, "a", KEY, List.of(), null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\r\nX: y", "a/b", "a:x", "user@a"})
  void hostsThatCannotBeSentAreRefused(String host) {
    assertThatThrownBy(() -> new ClientHandshake("/", host, KEY, List.of(), null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void subprotocolsAreTokensAndDoNotRepeat() {
    for (List<String> bad :
        List.of(List.of(""), List.of("a b"), List.of("a,b"), List.of("a", "a"))) {
      assertThatThrownBy(() -> new ClientHandshake("/", "a", KEY, bad, null))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void interimResponsesAreNotTheAnswer() {
    assertThat(ClientHandshake.isInterim(UpgradeResponse.of(100, ""))).isTrue();
    assertThat(ClientHandshake.isInterim(UpgradeResponse.of(103, ""))).isTrue();
    assertThat(ClientHandshake.isInterim(UpgradeResponse.of(101, ""))).isFalse();
    assertThat(ClientHandshake.isInterim(UpgradeResponse.of(200, ""))).isFalse();
  }

  private static UpgradeResponse agreed(String name, String value) {
    UpgradeResponse response = UpgradeResponse.of(101, "Switching Protocols");
    response
        .fields()
        .add("Upgrade", "websocket")
        .add("Connection", "Upgrade")
        .add("Sec-WebSocket-Accept", ACCEPT)
        .add(name, value);
    return response;
  }

  private static @Nullable WebSocketError validate(UpgradeResponse response) {
    ClientHandshake handshake =
        new ClientHandshake("/", "a", KEY, List.of("chat", "v2"), DeflateOptions.defaults());
    return error(handshake.validate(response));
  }

  private static @Nullable WebSocketError error(@Nullable Violation violation) {
    return violation == null ? null : violation.error();
  }

  private static void addUnlessDash(HttpFields fields, String name, String value) {
    if (!value.equals("-")) {
      fields.add(name, value);
    }
  }
}
