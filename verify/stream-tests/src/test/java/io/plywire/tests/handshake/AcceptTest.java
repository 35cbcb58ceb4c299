// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Role;
import io.plywire.tests.support.Acceptor;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Reads;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server accepts a proper request, however it comes, and loses nothing that is behind it. */
class AcceptTest {
  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] frames() {
    return Frame.encodeAll(
        Frame.text("one").mask(), Frame.ping("p").mask(), Frame.text("two").mask());
  }

  @Test
  void requestAndFramesCutAtEveryByte() {
    byte[] wire = join(ascii(Harness.request()), frames());
    Reads.everyCut(
        wire,
        pieces -> {
          try (Harness h = new Harness()) {
            WebSocketStream server = h.server(Harness.quiet());
            RawPeer peer = h.raw(Role.CLIENT);
            Recorded<UpgradeRequest> accept = h.handler("accept");
            server.asyncAccept(accept);
            Reads.sendApart(h, peer, pieces);
            assertThat(accept.result().fields().first("Host")).isEqualTo("example.com");
            Acceptor acceptor = new Acceptor(server);
            h.run();
            assertThat(acceptor.messages()).containsExactly("one", "two");
            assertThat(h.fromServer.briefs()).containsExactly("PONG(1)");
          }
        });
  }

  /** Some bytes were read by somebody else before, the rest comes over the wire. */
  @Test
  void receivedBytesOfEveryLength() {
    byte[] wire = join(ascii(Harness.request()), frames());
    for (int early = 0; early <= wire.length; early++) {
      try (Harness h = new Harness()) {
        WebSocketStream server = h.server(Harness.quiet());
        RawPeer peer = h.raw(Role.CLIENT);
        ByteBuffer received = ByteBuffer.allocateDirect(early + 5).position(2);
        received.put(wire, 0, early).flip().position(2);
        Recorded<UpgradeRequest> accept = h.handler("accept");
        server.asyncAccept(received.asReadOnlyBuffer(), accept);
        received.clear().put(new byte[early]); // was copied within the call
        h.run();
        peer.send(Arrays.copyOfRange(wire, early, wire.length));
        h.run();
        accept.result();
        Acceptor acceptor = new Acceptor(server);
        h.run();
        assertThat(acceptor.messages()).as("%d early bytes", early).containsExactly("one", "two");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10, 100_000})
  void parsedRequestWithLeftOvers(int messages) {
    byte[] left = new byte[0];
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      all.add(Frame.text("m" + i % 10).mask().encode());
    }
    left = new byte[all.stream().mapToInt(b -> b.length).sum()];
    int at = 0;
    for (byte[] frame : all) {
      System.arraycopy(frame, 0, left, at, frame.length);
      at += frame.length;
    }
    UpgradeRequest request = UpgradeRequest.get("/parsed");
    request
        .fields()
        .add("Host", "example.com")
        .add("Upgrade", "WebSocket")
        .add("Connection", "keep-alive, Upgrade")
        .add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        .add("Sec-WebSocket-Version", "13");
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(request, ByteBuffer.wrap(left), accept);
      accept.assertPending();
      h.run();
      assertThat(accept.result()).isSameAs(request);
      assertThat(peer.receivedText())
          .startsWith("HTTP/1.1 101 ")
          .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
      peer.send(Frame.text("wire").mask());
      Acceptor acceptor = new Acceptor(server);
      h.run();
      assertThat(acceptor.messages()).hasSize(messages + 1);
      assertThat(acceptor.messages().get(messages)).isEqualTo("wire");
    }
  }

  @Test
  void parsedRequestIsJudgedToo() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(UpgradeRequest.get("/"), ByteBuffer.allocate(0), accept);
      h.run();
      peer.stop();
      h.run();
      accept.assertFailed(WebSocketError.NO_HOST);
      assertThat(peer.receivedText()).startsWith("HTTP/1.1 400 ");
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "0, 1", "1, 1", "7, 3"})
  void smallReadsAndWrites(int reads, int writes) {
    try (Harness h = new Harness()) {
      if (reads > 0) {
        h.serverEnd.faults().capReads(reads);
      }
      if (writes > 0) {
        h.serverEnd.faults().capWrites(writes);
      }
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      String filler = "X-Filler: " + "x".repeat(5000) + "\r\n";
      peer.send(join(ascii(Harness.request().replace("Host:", filler + "Host:")), frames()));
      h.run();
      assertThat(accept.result().fields().first("X-Filler")).hasSize(5000);
      Acceptor acceptor = new Acceptor(server);
      h.run();
      assertThat(acceptor.messages()).containsExactly("one", "two");
    }
  }

  @Test
  void manyBytesBehindTheRequestAreKept() {
    byte[] payload = new byte[3000];
    Arrays.fill(payload, (byte) 'x');
    String big = new String(payload, StandardCharsets.US_ASCII);
    byte[] wire =
        join(
            ascii(Harness.request()),
            Frame.encodeAll(
                Frame.text(big).mask(), Frame.text("a").mask(), Frame.text(big).mask()));
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.raw(Role.CLIENT);
      peer.send(wire);
      h.run();
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      h.run();
      accept.result();
      Acceptor acceptor = new Acceptor(server);
      h.run();
      assertThat(acceptor.messages()).containsExactly(big, "a", big);
    }
  }

  @Test
  void expectationIsContinuedOnce() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      peer.send(Harness.request().replace("Host:", "Expect: 100-continue\r\nHost:"));
      h.run();
      accept.result();
      assertThat(peer.receivedText()).matches("(?s)HTTP/1.1 100 .*\r\n\r\nHTTP/1.1 101 .*\r\n\r\n");
    }
  }

  // ---- targets: RFC 9112 section 3.2

  @ParameterizedTest
  @CsvSource({"right, true", "wrong, false"})
  void absoluteTargetSaysWhichHostIsMeant(String origin, boolean allowed) {
    String request =
        Harness.request()
            .replaceFirst("GET [^ ]+", "GET http://right.example/p?q")
            .replaceFirst(
                "Host: .*", "Host: wrong.example\r\nOrigin: http://" + origin + ".example");
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      peer.send(request);
      h.run();
      if (allowed) {
        assertThat(accept.result().target()).isEqualTo("/p?q");
        assertThat(accept.result().authority()).isEqualTo("right.example");
        assertThat(accept.result().fields().all("Host")).containsExactly("right.example");
      } else {
        peer.stop();
        h.run();
        accept.assertFailed(WebSocketError.BAD_ORIGIN);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "localhost:80", "p", "?q", "/p#f", "ws://", "ws://a@b/"})
  void whatIsNoTargetIsRefused(String target) {
    String request = Harness.request().replaceFirst("GET [^ ]+", "GET " + target);
    assertThat(answer(Harness.quiet(), request, WebSocketError.BAD_HTTP_MESSAGE))
        .startsWith("HTTP/1.1 400 ");
  }

  // ---- sub-protocols

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a, b | b, a | b",
        "a | b | ",
        " | a | ",
        "b,a | a, b | a",
        "A | a | ",
        "x, chat | chat | chat"
      })
  void firstOwnSubprotocolThatIsOffered(String offered, String own, String chosen) {
    WebSocketOptions options = Harness.quiet().withSubprotocols(own.split(", *"));
    String field = offered == null ? "" : "Sec-WebSocket-Protocol: " + offered + "\r\n";
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(options);
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      peer.send(Harness.request().replace("Host:", field + "Host:"));
      h.run();
      accept.result();
      assertThat(server.subprotocol()).isEqualTo(chosen);
      if (chosen == null) {
        assertThat(peer.receivedText()).doesNotContain("Sec-WebSocket-Protocol");
      } else {
        assertThat(peer.receivedText()).contains("Sec-WebSocket-Protocol: " + chosen + "\r\n");
      }
    }
  }

  // ---- decorators

  private static String answer(WebSocketOptions options, String request, WebSocketError error) {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(options);
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      peer.send(request);
      h.run();
      String answer = peer.receivedText();
      peer.stop();
      h.run();
      if (error == null) {
        accept.result();
      } else {
        assertThat(accept.assertFailed(error)).isNotNull();
      }
      return answer;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void decoratorSeesTheAnswerOnce(boolean refused) {
    int[] calls = {0};
    WebSocketOptions options =
        Harness.quiet()
            .withResponseDecorator(
                response -> {
                  calls[0]++;
                  assertThat(response.status()).isEqualTo(refused ? 426 : 101);
                  response.fields().add("Server", "mine");
                });
    String request = refused ? Harness.request().replace("13", "12") : Harness.request();
    String answer = answer(options, request, refused ? WebSocketError.BAD_SEC_VERSION : null);
    assertThat(calls[0]).isEqualTo(1);
    assertThat(answer).containsOnlyOnce("Server: mine\r\n");
  }

  @Test
  void decoratorThatThrowsFailsTheAcceptWithItsCause() {
    RuntimeException bug = new IllegalStateException("bug");
    WebSocketOptions options =
        Harness.quiet()
            .withResponseDecorator(
                response -> {
                  throw bug;
                });
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(options);
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      peer.send(Harness.request());
      h.run();
      assertThat(peer.receivedText()).startsWith("HTTP/1.1 500 ");
      peer.stop();
      h.run();
      assertThat(accept.assertFailed(WebSocketError.DECORATOR_FAILED).getCause()).isSameAs(bug);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\nInjected: yes", "x\nInjected: yes", "x\0"})
  void decoratorCannotInjectAField(String value) {
    WebSocketOptions options =
        Harness.quiet().withResponseDecorator(response -> response.fields().add("X", value));
    String answer = answer(options, Harness.request(), WebSocketError.DECORATOR_FAILED);
    assertThat(answer).startsWith("HTTP/1.1 500 ").doesNotContain("Injected");
  }

  /** What two parsers would understand differently is not sent. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Upgrade | websocket | doubled Upgrade",
        "connection | Upgrade | doubled Connection",
        "Sec-WebSocket-Accept | s3pPLMBiTxaQ9kYGzzhZRbK+xOo= | doubled Sec-WebSocket-Accept",
        "Content-Length | 0 | added Content-Length",
        "Content-Length | 5 | added Content-Length",
        "Transfer-Encoding | chunked | added Transfer-Encoding",
        "Sec-WebSocket-Protocol | b | doubled Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions | permessage-deflate | withDeflate",
        "Sec-WebSocket-Extensions | x-mine | x-mine",
        "Sec-WebSocket-Extensions | ,;= | malformed",
      })
  void decoratorCannotDoubleWhatTheHandshakeIsMadeOf(String name, String value, String told) {
    WebSocketOptions options =
        Harness.quiet()
            .withSubprotocols("a")
            .withResponseDecorator(response -> response.fields().add(name, value));
    DecoratorFailure failure = decoratorFailure(options);
    assertThat(failure.told()).contains(told);
    assertThat(failure.answer()).startsWith("HTTP/1.1 500 ").doesNotContain(name + ": " + value);
  }

  @ParameterizedTest
  @CsvSource({
    "Upgrade, h2c, took websocket out of Upgrade",
    "Connection, close, took upgrade out of Connection",
    "Sec-WebSocket-Accept, x, changed Sec-WebSocket-Accept",
    "Sec-WebSocket-Protocol, c, 'and the client offers [\"a\", \"b\"]'",
    "Sec-WebSocket-Protocol, 'a, b', 'answers the sub-protocol \"a, b\"'",
  })
  void decoratorCannotChangeWhatTheHandshakeIsMadeOf(String name, String value, String told) {
    WebSocketOptions options =
        Harness.quiet().withResponseDecorator(response -> response.fields().set(name, value));
    assertThat(decoratorFailure(options).told()).contains(told);
    if (!name.endsWith("Protocol")) {
      options = Harness.quiet().withResponseDecorator(response -> response.fields().remove(name));
      assertThat(decoratorFailure(options).told()).contains("removed " + name);
    }
  }

  private record DecoratorFailure(String answer, String told) {}

  /** Opens for a client that offers the sub-protocols a and b. */
  private static DecoratorFailure decoratorFailure(WebSocketOptions options) {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(options);
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      peer.send(Harness.request().replace("Host:", "Sec-WebSocket-Protocol: a, b\r\nHost:"));
      h.run();
      String answer = peer.receivedText();
      peer.stop();
      h.run();
      return new DecoratorFailure(
          answer, accept.assertFailed(WebSocketError.DECORATOR_FAILED).getMessage());
    }
  }

  /** What was sent is what is told. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"-, b, b", "a, b, b", "a, -, -"})
  void subprotocolThatADecoratorAnswersIsTold(String own, String decorated, String agreed) {
    WebSocketOptions options =
        Harness.quiet()
            .withResponseDecorator(
                response -> {
                  response.fields().remove("Sec-WebSocket-Protocol");
                  if (decorated != null) {
                    response.fields().add("Sec-WebSocket-Protocol", decorated);
                  }
                });
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(own == null ? options : options.withSubprotocols(own));
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      peer.send(Harness.request().replace("Host:", "Sec-WebSocket-Protocol: a, b\r\nHost:"));
      h.run();
      accept.result();
      assertThat(server.subprotocol()).isEqualTo(agreed);
    }
  }

  /** As with sub-protocols, so with compression: it may be narrowed, or declined. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "- | none",
        "permessage-deflate; server_no_context_takeover | without context takeover",
        "permessage-deflate; server_max_window_bits=8 | refused",
        "permessage-deflate; client_max_window_bits=10 | refused",
        "permessage-deflate, permessage-deflate | refused",
      })
  void extensionThatADecoratorAnswersIsTold(String decorated, String agreed) {
    WebSocketOptions options =
        Harness.quiet()
            .withDeflate(DeflateOptions.defaults())
            .withResponseDecorator(
                response -> {
                  response.fields().remove("Sec-WebSocket-Extensions");
                  if (decorated != null) {
                    response.fields().add("Sec-WebSocket-Extensions", decorated);
                  }
                });
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(options);
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      peer.send(
          Harness.request()
              .replace("Host:", "Sec-WebSocket-Extensions: permessage-deflate\r\nHost:"));
      h.run();
      switch (agreed) {
        case "none" -> assertThat(server.deflate()).isNull();
        case "refused" -> {
          peer.stop();
          h.run();
          accept.assertFailed(WebSocketError.DECORATOR_FAILED);
        }
        default -> assertThat(server.deflate().serverContextTakeover()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Length, 7",
    "Content-Length, 0",
    "Transfer-Encoding, chunked",
    "Connection, keep-alive"
  })
  void decoratorOfARefusalCannotDoubleWhatEndsIt(String name, String value) {
    WebSocketOptions options =
        Harness.quiet()
            .withResponseDecorator(
                response -> response.fields().add("Server", "mine").add(name, value));
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(options);
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      peer.send(Harness.request().replace("13", "12"));
      h.run();
      assertThat(peer.receivedText())
          .startsWith("HTTP/1.1 426 ")
          .doesNotContain(name + ": " + value + "\r\n")
          .doesNotContain("Server: mine");
      peer.stop();
      h.run();
      assertThat(accept.assertFailed(WebSocketError.BAD_SEC_VERSION).getSuppressed())
          .singleElement()
          .satisfies(e -> assertThat(e).hasMessageContaining(name));
    }
  }

  @Test
  void decoratorOfARefusalThatThrowsHidesNothing() {
    WebSocketOptions options =
        Harness.quiet()
            .withResponseDecorator(
                (UpgradeResponse response) -> {
                  throw new IllegalStateException("bug");
                });
    String answer =
        answer(options, Harness.request().replace("13", "12"), WebSocketError.BAD_SEC_VERSION);
    assertThat(answer).startsWith("HTTP/1.1 426 ");
  }
}
