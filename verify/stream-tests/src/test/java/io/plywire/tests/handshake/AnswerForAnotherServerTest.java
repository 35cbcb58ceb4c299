// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.plywire.stream.Role;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The response that somebody else sends is the one that a stream would have sent. */
class AnswerForAnotherServerTest {
  private record Case(String name, WebSocketOptions options, UpgradeRequest request) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static UpgradeRequest request(String method, String target, String... changes) {
    UpgradeRequest request = new UpgradeRequest(method, target, "HTTP/1.1", new HttpFields());
    request
        .fields()
        .set("Host", "example.com")
        .set("Upgrade", "websocket")
        .set("Connection", "Upgrade")
        .set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        .set("Sec-WebSocket-Version", "13");
    for (int i = 0; i < changes.length; i += 2) {
      request.fields().set(changes[i], changes[i + 1]);
    }
    return request;
  }

  private static Case of(String name, WebSocketOptions options, String... changes) {
    return new Case(name, options, request("GET", "/chat?room=1", changes));
  }

  static List<Case> cases() {
    WebSocketOptions plain = Harness.quiet();
    WebSocketOptions more = plain.withSubprotocols("b", "a").withDeflate(DeflateOptions.defaults());
    String offer = "permessage-deflate; client_max_window_bits";
    return List.of(
        of("plain", plain),
        of("sub-protocol", more, "Sec-WebSocket-Protocol", "a, b, c"),
        of("unknown sub-protocol", more, "Sec-WebSocket-Protocol", "c"),
        of("compression", more, "Sec-WebSocket-Extensions", offer),
        of("compression that nobody wants", plain, "Sec-WebSocket-Extensions", offer),
        of("same origin", plain, "Origin", "https://example.com"),
        of("other origin", plain, "Origin", "https://evil.example"),
        of("no upgrade", plain, "Upgrade", "h2c"),
        of("bad key", plain, "Sec-WebSocket-Key", "short"),
        of("old version", plain, "Sec-WebSocket-Version", "8"),
        of("body", plain, "Content-Length", "5"),
        of("two hosts", plain, "Host", "a, b"),
        new Case("post", plain, request("POST", "/")),
        new Case("whole URI", plain, request("GET", "ws://other.example/chat")),
        of("decorated", more.withResponseDecorator(r -> r.fields().add("Server", "x"))),
        of(
            "decorated refusal",
            more.withResponseDecorator(r -> r.fields().add("Server", "x")),
            "Upgrade",
            "h2c"),
        of("spoilt", more.withResponseDecorator(r -> r.fields().add("Content-Length", "7"))),
        of(
            "spoilt refusal",
            more.withResponseDecorator(r -> r.fields().add("Content-Length", "7")),
            "Upgrade",
            "h2c"),
        of(
            "decorator that throws",
            more.withResponseDecorator(
                r -> {
                  throw new IllegalStateException("staged");
                })),
        of(
            "policy that throws",
            more.withOriginPolicy(
                r -> {
                  throw new IllegalStateException("staged");
                })));
  }

  private static String sentByAStream(Case each) {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(each.options);
      RawPeer peer = h.raw(Role.CLIENT);
      server.asyncAccept(each.request, ByteBuffer.allocate(0), h.handler("accept"));
      h.run();
      String text = peer.receivedText();
      peer.stop();
      server.close();
      h.run();
      return text;
    }
  }

  private static String text(UpgradeResponse response) {
    StringBuilder text =
        new StringBuilder(response.version() + " " + response.status() + " " + response.reason());
    response.fields().forEach(f -> text.append("\r\n").append(f));
    return text.append("\r\n\r\n").append(response.bodyText()).toString();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void itIsTheOneThatAStreamWouldHaveSent(Case each) {
    String expected = sentByAStream(each);

    UpgradeResponse response = UpgradeResponse.to(each.request, each.options);

    assertThat(text(response)).isEqualTo(expected);
  }

  @Test
  void streamThatIsMadeWithItHasWhatWasAgreedOn() {
    WebSocketOptions options =
        Harness.quiet().withSubprotocols("a").withDeflate(DeflateOptions.defaults());
    UpgradeRequest request =
        request(
            "GET",
            "/",
            "Sec-WebSocket-Protocol",
            "a",
            "Sec-WebSocket-Extensions",
            "permessage-deflate");
    UpgradeResponse response = UpgradeResponse.to(request, options);
    assertThat(response.status()).isEqualTo(101);
    assertThat(response.bodyText().getBytes(StandardCharsets.UTF_8)).isEmpty();
    try (Harness h = new Harness()) {
      WebSocketStream server = h.upgraded(options, Upgraded.as(Role.SERVER).withAnswer(response));
      assertThat(server.subprotocol()).isEqualTo("a");
      assertThat(server.deflate()).isNotNull();
      server.close();
      h.run();
    }
  }

  @Test
  void optionsThatNoServerCanHaveAreRefused() {
    DeflateOptions impossible = DeflateOptions.defaults().withWindowBits(Role.SERVER, 8);

    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> UpgradeResponse.to(request("GET", "/"), Harness.quiet().withDeflate(impossible)));
  }
}
