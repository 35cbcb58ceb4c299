// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Role;
import io.plywire.tests.support.Acceptor;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Reads;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the log on the wire shows, whichever way the bytes come, and that nobody notices it. */
class WireLogTest {
  private static final List<String> REQUEST =
      List.of(
          "< GET / HTTP/1.1",
          "< Host: example.com",
          "< Upgrade: websocket",
          "< Connection: Upgrade",
          "< Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "< Sec-WebSocket-Version: 13");

  private static final List<String> RESPONSE =
      List.of(
          "> HTTP/1.1 101 Switching Protocols",
          "> Upgrade: websocket",
          "> Connection: Upgrade",
          "> Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

  private final List<String> lines = new ArrayList<>();

  private AsyncStream logged(AsyncStream next) {
    lines.clear();
    return WireLog.over(next, lines::add);
  }

  /** Returns the lines without the name of the stream. */
  private List<String> shown() {
    assertThat(lines).allMatch(line -> line.matches("in-memory (client|server) of .*#\\d+ .*"));
    return lines.stream().map(line -> line.replaceFirst("^.*?#\\d+ ", "")).toList();
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<String> all(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  private static byte[] frames() {
    return Frame.encodeAll(
        Frame.text("one").mask(),
        Frame.text("tw").notFinal().mask(),
        Frame.ping("p").mask(),
        Frame.continuation("o").mask(),
        Frame.text("x".repeat(200)).mask());
  }

  private static byte[] requestAndFrames() {
    byte[] head = latin1(Harness.request());
    byte[] frames = frames();
    return ByteBuffer.allocate(head.length + frames.length).put(head).put(frames).array();
  }

  private static final List<String> FRAMES =
      List.of(
          "< text fin masked length=3 \"one\"",
          "< text more masked length=2 \"tw\"",
          "< ping fin masked length=1 70",
          "< continuation fin masked length=1 \"o\"",
          "< text fin masked length=200 \"" + "x".repeat(64) + "\"...");

  private static final List<String> PONG = List.of("> pong fin length=1 70");

  /** When the pong goes out depends on how the bytes come; all else has an order. */
  private void assertShowsConversation(String how, List<String> opening) {
    assertThat(shown()).as(how).containsAll(PONG);
    assertThat(shown().stream().filter(line -> !PONG.contains(line)))
        .as(how)
        .containsExactlyElementsOf(all(opening, FRAMES));
  }

  private static void serve(Harness h, WebSocketStream server) {
    Acceptor acceptor = new Acceptor(server);
    h.run();
    assertThat(acceptor.messages()).containsExactly("one", "two", "x".repeat(200));
  }

  @Test
  void everyCutIsShownAlike() {
    Reads.everyCut(
        requestAndFrames(),
        pieces -> {
          try (Harness h = new Harness()) {
            WebSocketStream server = new WebSocketStream(logged(h.serverEnd), Harness.quiet());
            RawPeer peer = h.raw(Role.CLIENT);
            server.asyncAccept(h.handler("accept"));
            Reads.sendApart(h, peer, pieces);
            serve(h, server);
            List<String> seen = shown();
            assertThat(seen).startsWith(REQUEST.toArray(String[]::new));
            assertThat(seen.stream().filter(line -> line.startsWith("<")))
                .as("%d pieces", pieces.size())
                .containsExactlyElementsOf(all(REQUEST, FRAMES));
            assertThat(seen.stream().filter(line -> line.startsWith(">")))
                .containsExactlyElementsOf(all(RESPONSE, PONG));
          }
        });
  }

  @Test
  void bytesThatWereReceivedBeforeAreShownHoweverManyTheyAre() {
    byte[] bytes = requestAndFrames();
    for (int early = 0; early <= bytes.length; early++) {
      try (Harness h = new Harness()) {
        WebSocketStream server = new WebSocketStream(logged(h.serverEnd), Harness.quiet());
        RawPeer peer = h.raw(Role.CLIENT);
        server.asyncAccept(ByteBuffer.wrap(bytes, 0, early), h.handler("accept"));
        peer.send(Arrays.copyOfRange(bytes, early, bytes.length));
        h.run();
        serve(h, server);
        assertThat(shown().stream().filter(line -> line.startsWith("<")))
            .as("%d bytes", early)
            .containsExactlyElementsOf(all(REQUEST, FRAMES));
      }
    }
  }

  @Test
  void requestThatSomebodyElseHasReadIsShown() {
    byte[] frames = frames();
    UpgradeRequest request = new UpgradeRequest("GET", "/", "HTTP/1.1", new HttpFields());
    request
        .fields()
        .add("Host", "example.com")
        .add("Upgrade", "websocket")
        .add("Connection", "Upgrade")
        .add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        .add("Sec-WebSocket-Version", "13");
    for (int early = 0; early <= frames.length; early++) {
      try (Harness h = new Harness()) {
        WebSocketStream server = new WebSocketStream(logged(h.serverEnd), Harness.quiet());
        RawPeer peer = h.raw(Role.CLIENT);
        server.asyncAccept(request, ByteBuffer.wrap(frames, 0, early), h.handler("accept"));
        peer.send(Arrays.copyOfRange(frames, early, frames.length));
        h.run();
        serve(h, server);
        assertThat(shown()).startsWith("- somebody else has read the request:");
        assertThat(shown().stream().filter(line -> line.startsWith("<")))
            .as("%d bytes", early)
            .containsExactlyElementsOf(all(REQUEST, FRAMES));
        assertThat(shown()).containsAll(RESPONSE);
      }
    }
  }

  @Test
  void connectionThatSomebodyElseHasOpenedIsShown() {
    byte[] frames = frames();
    for (int early = 0; early <= frames.length; early++) {
      try (Harness h = new Harness()) {
        WebSocketStream server =
            new WebSocketStream(
                logged(h.serverEnd),
                Harness.quiet(),
                Upgraded.as(Role.SERVER)
                    .withSubprotocol("chat")
                    .withReceived(ByteBuffer.wrap(frames, 0, early)));
        RawPeer peer = h.raw(Role.CLIENT);
        peer.send(Arrays.copyOfRange(frames, early, frames.length));
        serve(h, server);
        assertShowsConversation(
            early + " bytes",
            List.of("- somebody else has opened it as server, sub-protocol chat"));
      }
    }
  }

  @Test
  void handshakeCompressionAndCloseAreShownFromBothSides() {
    try (Harness h = new Harness()) {
      List<String> ofServer = new ArrayList<>();
      WebSocketStream client = new WebSocketStream(logged(h.clientEnd), h.deflating());
      WebSocketStream server =
          new WebSocketStream(WireLog.over(h.serverEnd, ofServer::add), h.deflating());
      server.asyncAccept(h.handler("accept"));
      client.asyncHandshake("example.com", "/?token=s3cret", h.handler("open"));
      h.run();
      h.write(client, "hello hello hello");
      h.read(server);
      h.run();
      h.close(client, new CloseReason(1001, "gone \u00fcber"));
      h.read(server);
      h.run();

      assertThat(shown())
          .contains("> GET /?token=*** HTTP/1.1", "< HTTP/1.1 101 Switching Protocols");
      assertThat(shown().subList(shown().size() - 6, shown().size()))
          .containsExactly(
              "> text fin rsv=4 masked length=11 ca48cdc9c957c840900000",
              "> close fin masked length=12 code=1001 \"gone \u00fcber\"",
              "< close fin length=2 code=1001",
              "- teardown as client",
              "- torn down",
              "- closed");
      assertThat(ofServer)
          .extracting(line -> line.replaceFirst("^.*?#\\d+ ", ""))
          .contains("< GET /?token=*** HTTP/1.1")
          .endsWith(
              "< text fin rsv=4 masked length=11 ca48cdc9c957c840900000",
              "< close fin masked length=12 code=1001 \"gone \u00fcber\"",
              "> close fin length=2 code=1001",
              "- teardown as server",
              "- torn down",
              "- closed");
    }
  }

  @Test
  void answersAreShownWithoutTheirBodies() {
    try (Harness h = new Harness()) {
      WebSocketStream server = new WebSocketStream(logged(h.serverEnd), Harness.quiet());
      RawPeer peer = h.raw(Role.CLIENT);
      peer.send(
          Harness.request("Cookie: id=s3cret", "Authorization: Basic s3cret")
              .replace("Version: 13", "Version: 7"));
      server.asyncAccept(h.handler("accept"));
      h.run();
      peer.stop();
      h.run();

      assertThat(peer.receivedText()).contains("\r\n\r\n");
      assertThat(shown())
          .contains(
              "< Cookie: ***",
              "< Authorization: ***",
              "> HTTP/1.1 426 Upgrade Required",
              "- teardown as server")
          .noneMatch(line -> line.contains("s3cret") || line.contains("incomplete"));
    }
  }

  @Test
  void whatIsNoRequestIsShownForAllThat() {
    try (Harness h = new Harness()) {
      WebSocketStream server = new WebSocketStream(logged(h.serverEnd), Harness.quiet());
      RawPeer peer = h.raw(Role.CLIENT);
      peer.send("EHLO you\r\nAuthorization: s3cret\r\n" + "x".repeat(20_000));
      server.asyncAccept(h.handler("accept"));
      h.run();
      peer.stop();
      h.run();

      assertThat(shown())
          .containsSubsequence(
              "< EHLO you",
              "< Authorization: ***",
              "< incomplete: the head above",
              "> HTTP/1.1 431 Request Header Fields Too Large",
              "- closed");
    }
  }

  @Test
  void headBeyondAllBoundsIsCut() {
    try (Harness h = new Harness()) {
      WebSocketStream server = new WebSocketStream(logged(h.serverEnd), Harness.quiet());
      RawPeer peer = h.raw(Role.CLIENT);
      String filler = "x".repeat(1000);
      server.asyncAccept(h.handler("accept"));
      peer.send(Harness.request("X-A: " + filler.repeat(20)));
      h.run();
      peer.stop();
      h.run();

      assertThat(shown()).anyMatch(line -> line.matches("< ... and \\d+ bytes of this head"));
      assertThat(lines.stream().mapToInt(String::length).sum()).isLessThan(20_000);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f1850102030469676f686e text fin rsv=7 masked length=5 68656c6c6f",
        "8105 incomplete: text fin length=5 after 0 bytes",
        "82ff800000000000000001020304aa"
            + " incomplete: binary fin masked length=9223372036854775808 ab... after 1 bytes",
        "8386010203 incomplete: header 8386010203..."
      })
  void malformedFramesAreShown(String row) {
    String hex = row.substring(0, row.indexOf(' '));
    String expected = "< " + row.substring(row.indexOf(' ') + 1);
    try (Harness h = new Harness()) {
      WebSocketStream server =
          new WebSocketStream(logged(h.serverEnd), Harness.quiet(), Upgraded.as(Role.SERVER));
      RawPeer peer = h.raw(Role.CLIENT);
      peer.send(HexFormat.of().parseHex(hex));
      h.read(server);
      h.run();
      peer.stop();
      h.run();

      assertThat(shown()).contains(expected);
    }
  }

  @Test
  void endOfThePeerAndAbortAreShown() {
    try (Harness h = new Harness()) {
      WebSocketStream client =
          new WebSocketStream(logged(h.clientEnd), Harness.quiet(), Upgraded.as(Role.CLIENT));
      h.read(client);
      h.run();
      h.serverEnd.close();
      h.run();

      assertThat(shown().get(1)).startsWith("- ").contains(" failed: ");
      assertThat(shown()).endsWith("- closed");

      client.abort();
      h.run();
      assertThat(shown().stream().filter("- closed"::equals)).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void nobodyAboveNoticesIt(Role role) {
    try (Harness h = new Harness()) {
      AsyncStream end = role == Role.CLIENT ? h.clientEnd : h.serverEnd;
      WebSocketStream plain = new WebSocketStream(end);
      WebSocketStream stream = new WebSocketStream(logged(end));

      assertThat(stream.nextLayer()).isSameAs(end);
      assertThat(stream.executor()).isSameAs(end.executor());
      assertThat(stream).hasToString(plain.toString());
      stream.abort();
      plain.abort();
    }
  }

  @Test
  void withoutTraceNothingIsPutInBetween() {
    try (Harness h = new Harness()) {
      assertThat(WireLog.over(h.clientEnd, new LineLogger(false, lines))).isSameAs(h.clientEnd);
      assertThat(WireLog.over(h.clientEnd)).isSameAs(h.clientEnd); // as the tests have it

      AsyncStream logging = WireLog.over(h.clientEnd, new LineLogger(true, lines));
      assertThat(WireLog.below(logging)).isSameAs(h.clientEnd);
      logging.close();
      assertThat(shown()).containsExactly("- closed");
    }
  }
}
