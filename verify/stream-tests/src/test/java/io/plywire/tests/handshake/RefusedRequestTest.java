// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.OriginPolicy;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that is asked for something it cannot grant answers so, at once, and ends. */
class RefusedRequestTest {
  private record Refusal(Recorded<UpgradeRequest> accept, String answer, boolean ended) {}

  private static Refusal send(WebSocketOptions options, byte[]... pieces) {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(options);
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      for (byte[] piece : pieces) {
        peer.send(piece);
        h.run();
      }
      String answer = peer.receivedText();
      boolean ended = peer.end() != null;
      peer.stop();
      h.run();
      assertThat(accept.isDone()).isTrue();
      assertThat(h.serverEnd.isOpen()).isFalse();
      assertThat(server.isOpen()).isFalse();
      assertThat(h.executor.pendingTimers()).isZero();
      var write = h.write(server, "late");
      h.run();
      write.assertFailed(WebSocketError.CLOSED);
      return new Refusal(accept, answer, ended);
    }
  }

  private static Refusal send(String request) {
    return send(Harness.quiet(), request.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void assertAnswered(Refusal refusal, int status, WebSocketError error) {
    assertThat(refusal.answer).startsWith("HTTP/1.1 " + status + " ");
    assertThat(refusal.answer).contains("Content-Length: ").contains("close");
    int body = refusal.answer.indexOf("\r\n\r\n") + 4;
    int length =
        Integer.parseInt(refusal.answer.replaceAll("(?s).*Content-Length: ([0-9]+).*", "$1"));
    assertThat(refusal.answer.length() - body).isEqualTo(length);
    assertThat(refusal.ended).as("the client sees the end").isTrue();
    refusal.accept.assertFailed(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET / HTTP/1.1 | GET / HTTP/1.0 | 400 | BAD_HTTP_VERSION",
        "GET / HTTP/1.1 | GET / HTTP/2.0 | 400 | BAD_HTTP_VERSION",
        "GET / HTTP/1.1 | POST / HTTP/1.1 | 405 | BAD_METHOD",
        "GET / HTTP/1.1 | GET/ | 400 | BAD_HTTP_MESSAGE",
        "Host: example.com | X-Y: z | 400 | NO_HOST",
        "Host: example.com | Host: a b | 400 | BAD_HTTP_MESSAGE",
        "Connection: Upgrade | X-Y: z | 400 | NO_CONNECTION",
        "Connection: Upgrade | Connection: keep-alive | 400 | NO_CONNECTION_UPGRADE",
        "Upgrade: websocket | X-Y: z | 400 | NO_UPGRADE",
        "Upgrade: websocket | Upgrade: h2c | 400 | NO_UPGRADE_WEBSOCKET",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== | X-Y: z | 400 | NO_SEC_KEY",
        "dGhlIHNhbXBsZSBub25jZQ== | | 400 | BAD_SEC_KEY",
        "dGhlIHNhbXBsZSBub25jZQ== | dGhlIHNhbXBsZSBub25jZQ | 400 | BAD_SEC_KEY",
        "dGhlIHNhbXBsZSBub25jZQ== | dGhlIHNhbXBsZSBub25jZ | 400 | BAD_SEC_KEY",
        "dGhlIHNhbXBsZSBub25jZQ== | !!!!IHNhbXBsZSBub25jZQ== | 400 | BAD_SEC_KEY",
        "dGhlIHNhbXBsZSBub25jZQ== | dGhlIHNhbXBsZSBub25jZTE= | 400 | BAD_SEC_KEY",
        "Sec-WebSocket-Version: 13 | X-Y: z | 400 | NO_SEC_VERSION",
        "Sec-WebSocket-Version: 13 | Sec-WebSocket-Version: 12 | 426 | BAD_SEC_VERSION",
        "Host: | Sec-WebSocket-Extensions: ;;~Host: | 400 | BAD_EXTENSION",
        "Host: | Content-Length: 5~Host: | 400 | BAD_HTTP_MESSAGE",
        "Host: | Origin: https://evil.example~Host: | 403 | BAD_ORIGIN"
      })
  void everyFaultHasItsErrorAndStatus(
      String right, String wrong, int status, WebSocketError error) {
    String replacement = wrong == null ? "" : wrong.replace("~", "\r\n");
    String request = Harness.request().replace(right, replacement);
    assertThat(request).isNotEqualTo(Harness.request());
    Refusal refusal = send(request);
    assertAnswered(refusal, status, error);
    if (status == 426) {
      assertThat(refusal.answer).contains("Sec-WebSocket-Version: 13\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "160301020001000100030300", // a TLS client hello
        "00",
        "ff",
        "0d0d",
        "474554202f0a",
        "48656c6c6f2c20776f726c64210a",
        "7b7d"
      })
  void garbageIsAnsweredAtOnce(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertAnswered(send(Harness.quiet(), bytes), 400, WebSocketError.BAD_HTTP_MESSAGE);
    byte[][] single = new byte[bytes.length][];
    for (int i = 0; i < bytes.length; i++) {
      single[i] = new byte[] {bytes[i]};
    }
    assertAnswered(send(Harness.quiet(), single), 400, WebSocketError.BAD_HTTP_MESSAGE);
  }

  @ParameterizedTest
  @ValueSource(ints = {17 << 10, 100 << 10, 1 << 20})
  void headThatIsTooLongIs431(int bytes) {
    String fields = ("X-Filler: " + "x".repeat(1000) + "\r\n").repeat(bytes / 1000);
    assertAnswered(
        send(Harness.request().replace("Host:", fields + "Host:")),
        431,
        WebSocketError.HEAD_TOO_LARGE);
    assertAnswered(
        send("GET /" + "a".repeat(bytes)), 431, WebSocketError.HEAD_TOO_LARGE); // and no end
  }

  @Test
  void headAsLongAsTheLimitIsAccepted() {
    String base = Harness.request();
    for (int over = 0; over <= 1; over++) {
      int filler = 2048 - base.length() - "X: \r\n".length() + over;
      String request = base.replace("Host:", "X: " + "x".repeat(filler) + "\r\nHost:");
      try (Harness h = new Harness()) {
        WebSocketStream server = h.server(Harness.quiet().withHandshakeHeadMax(2048));
        RawPeer peer = h.raw(Role.CLIENT);
        Recorded<UpgradeRequest> accept = h.handler("accept");
        server.asyncAccept(accept);
        peer.send(request);
        h.run();
        peer.stop();
        h.run();
        if (over == 0) {
          accept.result();
        } else {
          accept.assertFailed(WebSocketError.HEAD_TOO_LARGE);
        }
      }
    }
  }

  @Test
  void invalidRequestGetsNoContinue() {
    String request =
        Harness.request().replace("Host:", "Expect: 100-continue\r\nHost:").replace("13", "7");
    assertAnswered(send(request), 426, WebSocketError.BAD_SEC_VERSION);
  }

  // ---- the origin

  @ParameterizedTest
  @CsvSource({
    "https://example.com, true",
    "http://example.com, true",
    "https://example.com:443, true",
    "https://example.com:444, false",
    "https://example.com.evil.example, false",
    "https://sub.example.com, false",
    "null, false",
    "file://, false"
  })
  void sameOriginIsTheDefault(String origin, boolean allowed) {
    String request = Harness.request().replace("Host:", "Origin: " + origin + "\r\nHost:");
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      peer.send(request);
      h.run();
      peer.stop();
      h.run();
      if (allowed) {
        accept.result();
      } else {
        accept.assertFailed(WebSocketError.BAD_ORIGIN);
        assertThat(peer.receivedText()).startsWith("HTTP/1.1 403 ");
      }
    }
  }

  @Test
  void everyOriginCanBeAllowed() {
    String request = Harness.request().replace("Host:", "Origin: https://other\r\nHost:");
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet().withOriginPolicy(OriginPolicy.allowAny()));
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      peer.send(request);
      h.run();
      accept.result();
    }
  }

  /** A policy that throws has not allowed anything, and the client deserves an answer. */
  @Test
  void originPolicyThatThrowsAllowsNothing() {
    RuntimeException bug = new IllegalStateException("bug");
    WebSocketOptions options =
        Harness.quiet()
            .withOriginPolicy(
                request -> {
                  throw bug;
                });
    Refusal refusal = send(options, Harness.request().getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refusal.answer).startsWith("HTTP/1.1 500 ");
    assertThat(refusal.accept.assertFailed(WebSocketError.CALLBACK_FAILED).getCause())
        .isSameAs(bug);
  }

  // ---- the client goes

  @Test
  void clientThatSendsNothingHasLeft() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      RawPeer peer = h.raw(Role.CLIENT);
      h.run();
      peer.stop();
      h.run();
      accept.assertFailed(WebSocketError.CLOSED);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clientVanishesAtEveryByte(boolean reset) {
    byte[] request = Harness.request().getBytes(StandardCharsets.ISO_8859_1);
    for (int sent = 1; sent < request.length; sent++) {
      try (Harness h = new Harness()) {
        WebSocketStream server = h.server(Harness.quiet());
        RawPeer peer = h.raw(Role.CLIENT);
        Recorded<UpgradeRequest> accept = h.handler("accept");
        server.asyncAccept(accept);
        peer.send(java.util.Arrays.copyOf(request, sent));
        h.run();
        accept.assertPending();
        if (reset) {
          h.clientEnd.reset();
        } else {
          peer.stop();
        }
        h.run();
        assertThat(accept.error()).isNotNull();
        if (!reset) {
          accept.assertFailed(StreamError.EOF);
        }
        assertThat(h.serverEnd.isOpen()).isFalse();
      }
    }
  }

  /** A client that is refused and does not read the answer, nor goes away. */
  @Test
  void refusalOfAClientThatStaysIsBounded() {
    try (Harness h = new Harness(16)) {
      WebSocketStream server = h.server(WebSocketOptions.defaults());
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      h.clientEnd.asyncWriteSome(
          new java.nio.ByteBuffer[] {java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3})},
          (error, n) -> {});
      h.run();
      accept.assertPending();
      h.executor.advance(java.time.Duration.ofSeconds(30));
      assertThat(accept.error()).isNotNull();
      assertThat(h.serverEnd.isOpen()).isFalse();
    }
  }

  @Test
  void refusalIsToldEvenIfTheClientHasGone() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(Harness.request().replace("13", "8").getBytes(StandardCharsets.ISO_8859_1));
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.raw(Role.CLIENT);
      peer.send(all.toByteArray());
      h.run();
      peer.stop();
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      h.run();
      accept.assertFailed(WebSocketError.BAD_SEC_VERSION);
    }
  }
}
