// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.tests.support.WireValidator;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.HttpFields;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams that somebody else has upgraded: open from the beginning, in both roles. */
class UpgradedTest {
  private static Role other(Role role) {
    return role == Role.CLIENT ? Role.SERVER : Role.CLIENT;
  }

  /** Frames as the peer of a role has to send them. */
  private static byte[] toward(Role role, Frame... frames) {
    return Frame.encodeAll(
        Arrays.stream(frames).map(f -> role == Role.SERVER ? f.mask() : f).toArray(Frame[]::new));
  }

  private static WireValidator wire(Harness h, Role role) {
    return role == Role.CLIENT ? h.fromClient : h.fromServer;
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void whatCameBehindTheHandshakeIsReadFirstHoweverItIsCut(Role role) {
    byte[] bytes =
        toward(
            role,
            Frame.text("hello"),
            Frame.ping("p"),
            Frame.text("in ").notFinal(),
            Frame.continuation("parts"),
            Frame.binary(new byte[300]),
            Frame.close(1000, "bye"));
    for (int cut = 0; cut <= bytes.length; cut++) {
      try (Harness h = new Harness()) {
        WebSocketStream stream =
            h.upgraded(
                Harness.quiet(), Upgraded.as(role).withReceived(ByteBuffer.wrap(bytes, 0, cut)));
        RawPeer peer = h.raw(other(role));
        peer.send(Arrays.copyOfRange(bytes, cut, bytes.length));
        Received first = h.read(stream);
        h.run();
        assertThat(first.text()).as("cut at %d", cut).isEqualTo("hello");
        Received second = h.read(stream);
        h.run();
        assertThat(second.text()).isEqualTo("in parts");
        Received third = h.read(stream);
        h.run();
        assertThat(third.text()).hasSize(300);
        Received end = h.read(stream);
        h.run();
        peer.stop();
        h.run();
        end.handler.assertFailed(WebSocketError.CLOSED);
        assertThat(stream.closeOutcome().received()).isEqualTo(new CloseReason(1000, "bye"));
        assertThat(wire(h, role).frames())
            .extracting(Frame::brief)
            .containsExactly("PONG(1)", "CLOSE(2)");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void itWritesPingsAndClosesAtOnce(Role role) {
    try (Harness h = new Harness()) {
      WebSocketStream stream = h.upgraded(Harness.quiet(), Upgraded.as(role));
      assertThat(stream.isOpen()).isTrue();
      assertThat(stream.role()).isEqualTo(role);
      Recorded<Long> write = h.write(stream, "first");
      Recorded<Void> ping = h.ping(stream, "p");
      RawPeer peer = h.raw(other(role));
      h.run();
      assertThat(write.result()).isEqualTo(5);
      ping.result();
      Recorded<CloseOutcome> close = h.close(stream, new CloseReason(1001, "moved"));
      h.run();
      peer.send(toward(role, Frame.close(1001, "moved")));
      h.run();
      peer.stop();
      h.run();
      assertThat(close.result().handshakeComplete()).isTrue();
      assertThat(peer.briefs())
          .startsWith("TEXT(5)", "PING(1)")
          .last()
          .asString()
          .startsWith("CLOSE");
    }
  }

  @Test
  void bothEndsMayBeUpgradedElsewhere() {
    try (Harness h = new Harness()) {
      WebSocketStream client =
          h.upgraded(Harness.quiet(), Upgraded.as(Role.CLIENT).withSubprotocol("chat"));
      WebSocketStream server =
          h.upgraded(Harness.quiet(), Upgraded.as(Role.SERVER).withSubprotocol("chat"));
      assertThat(client.subprotocol()).isEqualTo("chat");
      assertThat(server.subprotocol()).isEqualTo("chat");
      Received atServer = h.read(server);
      Received atClient = h.read(client);
      h.write(client, "to the server");
      h.write(server, "to the client");
      h.run();
      assertThat(atServer.text()).isEqualTo("to the server");
      assertThat(atClient.text()).isEqualTo("to the client");
    }
  }

  /** Whatever the parameters are, what one side compresses the other one understands. */
  @ParameterizedTest
  @CsvSource({"15,15,true,true", "15,15,false,true", "15,15,true,false", "15,15,false,false"})
  void deflateParametersApply(int server, int client, boolean serverKeeps, boolean clientKeeps) {
    DeflateParameters agreed = new DeflateParameters(server, client, serverKeeps, clientKeeps);
    try (Harness h = new Harness()) {
      WebSocketStream one = h.upgraded(h.deflating(), Upgraded.as(Role.CLIENT).withDeflate(agreed));
      WebSocketStream two = h.upgraded(h.deflating(), Upgraded.as(Role.SERVER).withDeflate(agreed));
      String answer =
          "HTTP/1.1 101 Fine\r\nSec-WebSocket-Extensions: permessage-deflate"
              + (serverKeeps ? "" : "; server_no_context_takeover")
              + (clientKeeps ? "" : "; client_no_context_takeover")
              + "\r\n\r\n";
      h.fromClient.agree(answer);
      h.fromServer.agree(answer);
      assertThat(one.deflate()).isEqualTo(agreed);
      String text = "the same again and again, ".repeat(40);
      for (int i = 0; i < 3; i++) {
        Received atServer = h.read(two);
        Received atClient = h.read(one);
        h.write(one, text);
        h.write(two, text);
        h.run();
        assertThat(atServer.text()).isEqualTo(text);
        assertThat(atClient.text()).isEqualTo(text);
      }
      assertSecondIsShorter(h.fromClient, clientKeeps);
      assertSecondIsShorter(h.fromServer, serverKeeps);
    }
  }

  private static void assertSecondIsShorter(WireValidator wire, boolean keeps) {
    int first = wire.frames().get(0).payload().length;
    int second = wire.frames().get(1).payload().length;
    assertThat(second < first).as("%d after %d bytes", second, first).isEqualTo(keeps);
  }

  @Test
  void aSideMayForgetItsOwnWindowWhateverWasAgreedOn() {
    WebSocketOptions options =
        Harness.quiet()
            .withDeflate(DeflateOptions.defaults().withContextTakeover(Role.SERVER, false));
    DeflateParameters agreed = new DeflateParameters(15, 15, true, true);
    try (Harness h = new Harness()) {
      WebSocketStream stream = h.upgraded(options, Upgraded.as(Role.SERVER).withDeflate(agreed));
      assertThat(stream.deflate()).isEqualTo(new DeflateParameters(15, 15, false, true));
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void thereIsNoSecondHandshake(Role role) {
    try (Harness h = new Harness()) {
      WebSocketStream stream = h.upgraded(Harness.quiet(), Upgraded.as(role));
      Recorded<UpgradeResponse> handler = new Recorded<>("handshake");
      assertThatIllegalStateException()
          .isThrownBy(() -> stream.asyncHandshake("example.com", "/", handler));
      assertThatIllegalStateException().isThrownBy(() -> stream.asyncAccept((e, r) -> {}));
      assertThat(stream.isOpen()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void bytesThatNobodyReadsLeaveNothing(Role role) {
    byte[] bytes = toward(role, Frame.text("unread"), Frame.binary(new byte[5000]));
    Upgraded by = Upgraded.as(role).withReceived(ByteBuffer.wrap(bytes));
    try (Harness h = new Harness()) { // ended without a word
      h.upgraded(Harness.quiet(), by);
    }
    try (Harness h = new Harness()) { // closed: they are read past
      WebSocketStream stream = h.upgraded(Harness.quiet(), by);
      RawPeer peer = h.raw(other(role));
      Recorded<CloseOutcome> close = h.close(stream, CloseReason.NORMAL);
      h.run();
      peer.send(toward(role, Frame.close(1000, "")));
      h.run();
      peer.stop();
      h.run();
      assertThat(close.result().handshakeComplete()).isTrue();
    }
    try (Harness h = new Harness()) { // read in part only
      WebSocketStream stream = h.upgraded(Harness.quiet(), by);
      Received read = h.read(stream);
      h.run();
      assertThat(read.text()).isEqualTo("unread");
      stream.abort();
      h.run();
      h.read(stream).handler.assertPending();
      h.run();
    }
  }

  @Test
  void aMessageMayHaveComeWholeAndBeLarge() {
    byte[] payload = new byte[200_000];
    Arrays.fill(payload, (byte) 'x');
    byte[] bytes = toward(Role.SERVER, Frame.text(new String(payload, StandardCharsets.US_ASCII)));
    try (Harness h = new Harness()) {
      ByteBuffer given = ByteBuffer.wrap(bytes);
      WebSocketStream stream =
          h.upgraded(Harness.quiet(), Upgraded.as(Role.SERVER).withReceived(given));
      assertThat(given.remaining()).isEqualTo(bytes.length);
      Arrays.fill(bytes, (byte) 0); // it was copied
      Received read = h.read(stream);
      h.run();
      assertThat(read.text()).hasSize(200_000).containsOnlyOnce("x".repeat(200_000));
    }
  }

  @Test
  void clocksOfLivenessRun() {
    try (Harness h = new Harness()) {
      WebSocketOptions options =
          Harness.quiet()
              .withTimeouts(
                  Timeouts.none()
                      .withIdle(Duration.ofSeconds(3))
                      .withHandshake(Duration.ofSeconds(1)));
      WebSocketStream stream = h.upgraded(options, Upgraded.as(Role.SERVER));
      assertThat(h.executor.pendingTimers()).isZero();
      Received read = h.read(stream);
      h.run();
      h.executor.advance(Duration.ofMillis(2_999));
      read.handler.assertPending();
      h.executor.advance(Duration.ofMillis(1));
      read.handler.assertFailed(StreamError.TIMEOUT);
    }
  }

  @Test
  void theAnswerOfAContainerSaysWhatWasAgreedOn() {
    UpgradeResponse answer =
        new UpgradeResponse(
            101,
            "Switching Protocols",
            new HttpFields()
                .add("Sec-WebSocket-Protocol", "chat")
                .add(
                    "Sec-WebSocket-Extensions",
                    "permessage-deflate; client_max_window_bits=11; server_no_context_takeover"),
            new byte[0]);
    Upgraded by = Upgraded.as(Role.CLIENT).withAnswer(answer);
    assertThat(by.subprotocol()).isEqualTo("chat");
    assertThat(by.deflate()).isEqualTo(new DeflateParameters(15, 11, false, true));
  }

  @Test
  void anAnswerWithOtherExtensionsIsRefused() {
    for (String extension :
        new String[] {
          "x-unknown",
          "permessage-deflate, permessage-deflate",
          "permessage-deflate; client_max_window_bits=16",
          "permessage-deflate; unheard_of",
          "permessage-deflate;"
        }) {
      UpgradeResponse answer =
          new UpgradeResponse(
              101,
              "Switching Protocols",
              new HttpFields().add("Sec-WebSocket-Extensions", extension),
              new byte[0]);
      assertThatIllegalArgumentException()
          .as(extension)
          .isThrownBy(() -> Upgraded.as(Role.CLIENT).withAnswer(answer))
          .withMessageContaining(extension);
    }
  }

  @Test
  void whatCannotBeKeptIsRefusedBeforeAnythingHappens() {
    try (Harness h = new Harness()) {
      Upgraded by = Upgraded.as(Role.SERVER).withDeflate(new DeflateParameters(9, 15, true, true));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new WebSocketStream(h.serverEnd, Harness.quiet(), by))
          .withMessageContaining("withDeflate");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new WebSocketStream(h.serverEnd, h.deflating(), by))
          .withMessageContaining("window of 9 bits");
      assertThat(h.serverEnd.isOpen()).isTrue();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DeflateParameters(16, 15, true, true))
        .withMessageContaining("serverWindowBits 16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Upgraded.as(Role.SERVER).withSubprotocol("no token"));
  }
}
