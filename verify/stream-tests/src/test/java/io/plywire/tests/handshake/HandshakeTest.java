// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Acceptor;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome.TransportEnd;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client's handshake: what it asks, and which answers it believes. */
class HandshakeTest {
  /** A client that waits for an answer, and the server that will give it. */
  private static final class Asking implements AutoCloseable {
    final Harness h = new Harness();
    final WebSocketStream client;
    final RawPeer server;
    final Recorded<UpgradeResponse> handshake = h.handler("handshake");

    Asking(WebSocketOptions options) {
      client = h.client(options);
      server = h.raw(Role.SERVER);
      client.asyncHandshake("example.com:81", "/chat?a=b", handshake);
      h.run();
    }

    String request() {
      return server.receivedText();
    }

    /** Returns the proper answer, changed. */
    byte[] answer(UnaryOperator<String> change) {
      return change.apply(RawPeer.response(request())).getBytes(StandardCharsets.ISO_8859_1);
    }

    void answerAndRun(UnaryOperator<String> change) {
      server.send(answer(change));
      h.run();
    }

    @Override
    public void close() {
      h.close();
    }
  }

  @Test
  void requestSaysWhatIsNeededAndNoMore() {
    try (Asking a = new Asking(Harness.quiet())) {
      assertThat(a.request())
          .startsWith("GET /chat?a=b HTTP/1.1\r\n")
          .contains("\r\nHost: example.com:81\r\n")
          .contains("\r\nUpgrade: websocket\r\n")
          .contains("\r\nConnection: Upgrade\r\n")
          .contains("\r\nSec-WebSocket-Version: 13\r\n")
          .containsPattern("\r\nSec-WebSocket-Key: [A-Za-z0-9+/]{22}==\r\n")
          .endsWith("\r\n\r\n")
          .doesNotContain("User-Agent")
          .doesNotContain("Sec-WebSocket-Protocol");
      try (Asking other = new Asking(Harness.quiet())) {
        assertThat(other.request()).isNotEqualTo(a.request()); // the key is fresh
      }
    }
  }

  @Test
  void answerAndFramesCutAtEveryByte() {
    byte[] frames = Frame.encodeAll(Frame.text("one"), Frame.ping("p"), Frame.text("two"));
    int[] length = new int[1];
    try (Asking a = new Asking(Harness.quiet())) {
      length[0] = a.answer(x -> x).length + frames.length;
    }
    for (int cut = 0; cut <= length[0]; cut++) {
      try (Asking a = new Asking(Harness.quiet())) {
        byte[] head = a.answer(x -> x);
        byte[] wire = Arrays.copyOf(head, head.length + frames.length);
        System.arraycopy(frames, 0, wire, head.length, frames.length);
        if (cut == length[0]) {
          a.h.clientEnd.faults().capReads(1); // all of it byte by byte
        }
        a.server.send(Arrays.copyOf(wire, cut));
        a.h.run();
        a.server.send(Arrays.copyOfRange(wire, cut, wire.length));
        a.h.run();
        assertThat(a.handshake.result().status()).isEqualTo(101);
        Acceptor acceptor = new Acceptor(a.client);
        a.h.run();
        assertThat(acceptor.messages()).containsExactly("one", "two");
      }
    }
  }

  @Test
  void largeHeadWithManyBytesBehindIt() {
    String big = "x".repeat(3000);
    try (Asking a = new Asking(Harness.quiet())) {
      byte[] head = a.answer(x -> x.replace("Upgrade:", "X-Filler: " + big + "\r\nUpgrade:"));
      byte[] frames = Frame.encodeAll(Frame.text(big), Frame.text("a"), Frame.text(big));
      byte[] wire = Arrays.copyOf(head, head.length + frames.length);
      System.arraycopy(frames, 0, wire, head.length, frames.length);
      a.server.send(wire);
      a.h.run();
      assertThat(a.handshake.result().fields().first("X-Filler")).isEqualTo(big);
      Acceptor acceptor = new Acceptor(a.client);
      a.h.run();
      assertThat(acceptor.messages()).containsExactly(big, "a", big);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "101 Switching Protocols | 200 OK | UPGRADE_DECLINED",
        "101 Switching Protocols | 199 Odd | ",
        "HTTP/1.1 101 | HTTP/1.0 101 | BAD_HTTP_VERSION",
        "HTTP/1.1 101 | HTTP/1.1 1 | BAD_HTTP_MESSAGE",
        "HTTP/1.1 101 | SSH-2.0 101 | BAD_HTTP_MESSAGE",
        "Connection: Upgrade | X-Y: z | NO_CONNECTION",
        "Connection: Upgrade | Connection: close | NO_CONNECTION_UPGRADE",
        "Upgrade: websocket | X-Y: z | NO_UPGRADE",
        "Upgrade: websocket | Upgrade: h2c | NO_UPGRADE_WEBSOCKET",
        "Sec-WebSocket-Accept: | X-Y: | NO_SEC_ACCEPT",
        "Sec-WebSocket-Accept:  | Sec-WebSocket-Accept: x | BAD_SEC_ACCEPT",
        "Upgrade: websocket | Upgrade: websocket~Sec-WebSocket-Protocol: chat | UNEXPECTED_SUBPROTOCOL",
        "Upgrade: websocket | Upgrade: websocket~Sec-WebSocket-Extensions: permessage-deflate | UNEXPECTED_EXTENSION",
        "Upgrade: websocket | Upgrade: websocket~Sec-WebSocket-Extensions: ,;= | BAD_EXTENSION",
        "Upgrade: websocket | Upgrade: websocket~ folded: line | BAD_HTTP_MESSAGE"
      })
  void everyFaultHasItsError(String right, String wrong, WebSocketError error) {
    try (Asking a = new Asking(Harness.quiet())) {
      a.answerAndRun(answer -> answer.replaceFirst(right, wrong.replace("~", "\r\n")));
      a.server.stop();
      a.h.run();
      if (error == null) {
        a.handshake.assertFailed(StreamError.EOF); // it was an interim one, and nothing followed
      } else {
        a.handshake.assertFailed(error);
      }
      assertThat(a.client.isOpen()).isFalse();
      assertThat(a.h.clientEnd.isOpen()).isFalse();
      assertThat(a.client.closeOutcome().cause()).isSameAs(a.handshake.error());
      var write = a.h.write(a.client, "late");
      a.h.run();
      write.assertFailed(WebSocketError.CLOSED);
      assertThat(a.h.fromClient.frames()).isEmpty();
    }
  }

  @Test
  void garbageFailsAtOnce() {
    try (Asking a = new Asking(Harness.quiet())) {
      a.server.send(new byte[] {0x15, 3, 1, 0, 2, 2, 10});
      a.h.run();
      assertThat(a.handshake.assertFailed(WebSocketError.BAD_HTTP_MESSAGE))
          .hasMessageContaining("TLS");
    }
  }

  @Test
  void endlessHeadIsRefused() {
    try (Asking a = new Asking(Harness.quiet().withHandshakeHeadMax(1024))) {
      a.server.send("HTTP/1.1 101 X\r\n" + "X: y\r\n".repeat(1000));
      a.h.run();
      a.handshake.assertFailed(WebSocketError.HEAD_TOO_LARGE);
    }
  }

  // ---- refusals with a body

  private static WebSocketException refused(Asking a) {
    WebSocketException refused = a.handshake.assertFailed(WebSocketError.UPGRADE_DECLINED);
    assertThat(refused.response()).isNotNull();
    assertThat(a.h.clientEnd.isOpen()).isFalse();
    return refused;
  }

  private static String body(Asking a) {
    return new String(refused(a).response().body(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Length: 5~~hello, and more | hello",
        "Content-Length: 0~~ | ''",
        "Transfer-Encoding: chunked~~2~he~3;x=y~llo~0~T: r~~ | hello",
      })
  void wholeRefusalIsTold(String rest, String body) {
    for (boolean slowly : new boolean[] {false, true}) {
      try (Asking a = new Asking(Harness.quiet())) {
        if (slowly) {
          a.h.clientEnd.faults().capReads(1);
        }
        a.server.send("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\n" + rest.replace("~", "\r\n"));
        a.h.run();
        assertThat(body(a)).isEqualTo(body);
        UpgradeResponse response = refused(a).response();
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.fields().first("WWW-Authenticate")).isEqualTo("Basic");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Content-Length: 50\r\n", "Transfer-Encoding: chunked\r\n"})
  void bodyUntilTheEndOrTruncated(String framing) {
    try (Asking a = new Asking(Harness.quiet())) {
      String start = framing.startsWith("T") ? "20\r\nso far" : "so far";
      a.server.send("HTTP/1.1 503 Busy\r\n" + framing + "\r\n" + start);
      a.h.run();
      a.handshake.assertPending();
      a.server.stop();
      a.h.run();
      assertThat(body(a)).isEqualTo("so far");
    }
  }

  @Test
  void endlessBodyIsCut() {
    try (Asking a = new Asking(Harness.quiet().withRefusedBodyMax(1000))) {
      a.server.send("HTTP/1.1 404 Not Found\r\n\r\n" + "x".repeat(5000));
      a.h.run();
      assertThat(body(a)).isEqualTo("x".repeat(1000));
    }
  }

  /** The refusal is known, and its body not worth a wait. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "404 Not Found\r\nContent-Length: 100\r\n",
        "401 Unauthorized\r\nTransfer-Encoding: chunked\r\n",
        "200 OK\r\nContent-Type: text/event-stream\r\n"
      })
  void bodyIsBoundedInTime(String head) {
    for (WebSocketOptions options :
        new WebSocketOptions[] {WebSocketOptions.defaults(), Harness.quiet()}) {
      try (Asking a = new Asking(options)) {
        a.server.send("HTTP/1.1 " + head + "\r\n" + (head.contains("chunked") ? "20\r\n" : ""));
        a.server.send("never all");
        a.h.run();
        a.handshake.assertPending();
        a.h.executor.advance(Duration.ofSeconds(1));
        a.h.run();
        assertThat(body(a)).isEqualTo("never all");
        assertThat(refused(a).response().isBodyComplete()).isFalse();
      }
    }
  }

  /** Where a locale has digits of its own, they are not for protocols and logs. */
  @Test
  void textsHaveTheSameDigitsEverywhere() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try (Asking a = new Asking(Harness.quiet())) {
      assertThat(String.format("%d", 403)).as("of the locale").isNotEqualTo("403");
      a.server.send("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
      a.h.run();
      assertThat(refused(a)).hasMessageContaining("status 403 No instead of 101");
    } finally {
      Locale.setDefault(before);
    }
  }

  // ---- interim responses

  @Test
  void interimResponsesComeBefore() {
    String hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    try (Asking a = new Asking(Harness.quiet())) {
      a.answerAndRun(answer -> "HTTP/1.1 100 Continue\r\n\r\n" + hints + hints + answer);
      assertThat(a.handshake.result().status()).isEqualTo(101);
    }
    try (Asking a = new Asking(Harness.quiet())) {
      a.answerAndRun(answer -> hints + "HTTP/1.1 403 No\r\nContent-Length: 3\r\n\r\nwhy");
      assertThat(body(a)).isEqualTo("why");
    }
  }

  @Test
  void endlessRowOfInterimResponsesIsRefused() {
    try (Asking a = new Asking(Harness.quiet())) {
      int sent = 0;
      while (!a.handshake.isDone()) {
        a.server.send("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(10));
        a.h.run();
        sent += 10;
        assertThat(sent).as("interim responses").isLessThan(1000);
      }
      a.handshake.assertFailed(WebSocketError.BAD_HTTP_MESSAGE);
    }
  }

  // ---- sub-protocols and decorators

  @ParameterizedTest
  @CsvSource({"a, a, true", "b, b, true", "c, , false", "A, , false", "'a, b', , false"})
  void subprotocolMustBeOneOfTheOffered(String answered, String agreed, boolean right) {
    try (Asking a = new Asking(Harness.quiet().withSubprotocols("a", "b"))) {
      assertThat(a.request()).contains("\r\nSec-WebSocket-Protocol: a, b\r\n");
      a.answerAndRun(
          answer ->
              answer.replace("Upgrade:", "Sec-WebSocket-Protocol: " + answered + "\r\nUpgrade:"));
      if (right) {
        a.handshake.result();
        assertThat(a.client.subprotocol()).isEqualTo(agreed);
      } else {
        assertThat(a.handshake.assertFailed(WebSocketError.UNEXPECTED_SUBPROTOCOL))
            .hasMessageContaining("\"" + answered + "\"") // so that one is told from two
            .hasMessageContaining("[\"a\", \"b\"]");
        assertThat(a.client.subprotocol()).isNull();
      }
    }
  }

  @Test
  void serverMayChooseNoSubprotocol() {
    try (Asking a = new Asking(Harness.quiet().withSubprotocols("a"))) {
      a.answerAndRun(answer -> answer);
      a.handshake.result();
      assertThat(a.client.subprotocol()).isNull();
    }
  }

  @Test
  void decoratorAddsFieldsOnce() {
    int[] calls = {0};
    WebSocketOptions options =
        Harness.quiet()
            .withRequestDecorator(
                request -> {
                  calls[0]++;
                  request.fields().add("User-Agent", "mine");
                });
    try (Asking a = new Asking(options)) {
      assertThat(a.request()).containsOnlyOnce("User-Agent: mine\r\n");
      assertThat(calls[0]).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "true, Host, other.example, doubled Host",
    "true, Upgrade, websocket, doubled Upgrade",
    "true, Connection, Upgrade, doubled Connection",
    "true, Sec-WebSocket-Key, AAAAAAAAAAAAAAAAAAAAAA==, doubled Sec-WebSocket-Key",
    "true, sec-websocket-version, 13, doubled Sec-WebSocket-Version",
    "true, Content-Length, 5, changed Content-Length",
    "true, Transfer-Encoding, chunked, added Transfer-Encoding",
    "true, Sec-WebSocket-Protocol, a b, no token",
    "true, Sec-WebSocket-Extensions, ';', malformed",
    "false, Host, a b, made Host",
    "false, Upgrade, h2c, took websocket out of Upgrade",
    "false, Connection, close, took upgrade out of Connection",
    "false, Sec-WebSocket-Key, x, made Sec-WebSocket-Key",
  })
  void decoratorCannotBreakTheRequest(boolean add, String name, String value, String told) {
    WebSocketOptions options =
        Harness.quiet()
            .withRequestDecorator(
                request -> {
                  if (add) {
                    request.fields().add(name, value);
                  } else {
                    request.fields().set(name, value);
                  }
                });
    try (Asking a = new Asking(options)) {
      assertThat(a.handshake.assertFailed(WebSocketError.DECORATOR_FAILED))
          .hasMessageContaining(told);
      assertThat(a.request()).isEmpty();
      assertThat(a.h.clientEnd.isOpen()).isFalse();
    }
  }

  @Test
  void subprotocolThatADecoratorOffersIsTold() {
    WebSocketOptions options =
        Harness.quiet()
            .withRequestDecorator(
                request ->
                    request
                        .fields()
                        .set("Host", "other.example")
                        .add("Content-Length", "0")
                        .add("Sec-WebSocket-Protocol", "a"));
    try (Asking a = new Asking(options)) {
      a.answerAndRun(answer -> answer.replace("Upgrade:", "Sec-WebSocket-Protocol: a\r\nUpgrade:"));
      a.handshake.result();
      assertThat(a.client.subprotocol()).isEqualTo("a");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void decoratorThatThrowsOrInjectsSendsNothing(boolean injects) {
    RuntimeException bug = new IllegalStateException("bug");
    WebSocketOptions options =
        Harness.quiet()
            .withRequestDecorator(
                request -> {
                  if (!injects) {
                    throw bug;
                  }
                  request.fields().add("X", "y\r\nInjected: yes");
                });
    try (Asking a = new Asking(options)) {
      WebSocketException failure = a.handshake.assertFailed(WebSocketError.DECORATOR_FAILED);
      if (!injects) {
        assertThat(failure.getCause()).isSameAs(bug);
      }
      assertThat(a.request()).isEmpty();
      assertThat(a.h.clientEnd.isOpen()).isFalse();
    }
  }

  // ---- the server goes; arguments

  /** RFC 6874 section 4. */
  @ParameterizedTest
  @ValueSource(strings = {"[fe80::1%eth0]:81", "[fe80::1%25eth0]:81", "[fe80::1]:81"})
  void zoneIsNotSent(String host) {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet());
      RawPeer server = h.raw(Role.SERVER);
      Recorded<UpgradeResponse> handshake = h.handler("handshake");
      client.asyncHandshake(host, "/", handshake);
      h.run();
      assertThat(server.receivedText()).contains("\r\nHost: [fe80::1]:81\r\n");
      server.stop();
      h.run();
      handshake.assertFailed(StreamError.EOF);
    }
  }

  /** RFC 3987 section 3.1. */
  @Test
  void targetIsSentPercentEncodedAndNotTwice() {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet());
      RawPeer server = h.raw(Role.SERVER);
      Recorded<UpgradeResponse> handshake = h.handler("handshake");
      client.asyncHandshake("example.com", "/\u00fc%2Fb?q=\u65e5&r=%C3%BC", handshake);
      h.run();
      assertThat(server.receivedText())
          .startsWith("GET /%C3%BC%2Fb?q=%E6%97%A5&r=%C3%BC HTTP/1.1\r\n");
      server.stop();
      h.run();
      handshake.assertFailed(StreamError.EOF);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void serverVanishesAtEveryByte(boolean reset) {
    int length;
    try (Asking a = new Asking(Harness.quiet())) {
      length = a.answer(x -> x).length;
    }
    for (int sent = 0; sent < length; sent++) {
      try (Asking a = new Asking(Harness.quiet())) {
        a.server.send(Arrays.copyOf(a.answer(x -> x), sent));
        a.h.run();
        a.handshake.assertPending();
        if (reset) {
          a.h.serverEnd.reset();
        } else {
          a.server.stop();
        }
        a.h.run();
        if (!reset) {
          a.handshake.assertFailed(StreamError.EOF);
        }
        assertThat(a.handshake.error()).isNotNull();
        assertThat(a.client.closeOutcome().transport()).isEqualTo(TransportEnd.BROKEN_OFF);
        assertThat(a.h.clientEnd.isOpen()).isFalse();
      }
    }
  }

  @Test
  void badArgumentsChangeNothing() {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet());
      for (String host : new String[] {"", "a b", "a\r\nX: y", "a/b"}) {
        assertThatThrownBy(() -> client.asyncHandshake(host, "/", (e, r) -> {}))
            .isInstanceOf(IllegalArgumentException.class);
      }
      for (String target : new String[] {"", "x", "/a#b", "/a b", "/\r\nX: y", "/%zz", "/\ud800"}) {
        assertThatThrownBy(() -> client.asyncHandshake("example.com", target, (e, r) -> {}))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> client.asyncHandshake(null, "/", (e, r) -> {}))
          .isInstanceOf(NullPointerException.class);
      h.openClient(client);
      assertThat(client.isOpen()).isTrue();
    }
  }
}
