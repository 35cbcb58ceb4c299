// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.close;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.OperationPendingException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseOutcome.TransportEnd;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The closing handshake in all its orders, and the outcome that tells of it. */
class ClosingHandshakeTest {
  private static final CloseReason BYE = new CloseReason(1001, "bye");

  private static Role other(Role role) {
    return role == Role.CLIENT ? Role.SERVER : Role.CLIENT;
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void weBegin(Role role) {
    try (Opened o = Opened.as(role)) {
      Recorded<CloseOutcome> close = o.h.close(o.stream, BYE);
      o.h.run();
      close.assertPending();
      assertThat(o.stream.isOpen()).isFalse();
      assertThat(o.stream.closeOutcome()).isNull();
      assertThat(o.sent().get(0).payload()).containsExactly(3, 0xe9, 'b', 'y', 'e');
      o.receive(Frame.close(1001, "you too"));
      o.peer.stop();
      o.h.run();
      CloseOutcome outcome = close.result();
      assertThat(outcome)
          .isEqualTo(
              new CloseOutcome(
                  role, BYE, new CloseReason(1001, "you too"), TransportEnd.GRACEFUL, null));
      assertThat(o.stream.closeOutcome()).isEqualTo(outcome);
      assertThat(o.end().isOpen()).isFalse();
      assertThat(o.briefs()).containsExactly("CLOSE(5)");
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void peerBegins(Role role) {
    try (Opened o = Opened.as(role)) {
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(1001, "bye"));
      assertThat(o.sent().get(0).payload()).containsExactly(3, 0xe9);
      o.peer.stop();
      o.h.run();
      CloseOutcome outcome = read.handler.assertFailed(WebSocketError.CLOSED).outcome();
      assertThat(outcome)
          .isEqualTo(
              new CloseOutcome(
                  other(role), CloseReason.of(1001), BYE, TransportEnd.GRACEFUL, null));
      assertThat(o.stream.closeOutcome()).isEqualTo(outcome);
      assertThat(outcome.code()).isEqualTo(1001);
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999})
  void everyCodeIsReceivedAndEchoed(int code) {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(code, "r".repeat(123)));
      o.peer.stop();
      o.h.run();
      CloseOutcome outcome = read.handler.assertFailed(WebSocketError.CLOSED).outcome();
      assertThat(outcome.code()).isEqualTo(code);
      assertThat(outcome.reason()).hasSize(123);
      assertThat(o.sentCloseCode()).isEqualTo(code);
    }
  }

  @Test
  void noCodeIsAnsweredWith1000() {
    try (Opened o = Opened.as(Role.SERVER)) {
      Received read = o.h.read(o.stream);
      o.receive(Frame.close());
      o.peer.stop();
      o.h.run();
      CloseOutcome outcome = read.handler.assertFailed(WebSocketError.CLOSED).outcome();
      assertThat(outcome.received()).isEqualTo(CloseReason.NONE);
      assertThat(outcome.code()).isEqualTo(1005);
      assertThat(outcome.sent()).isEqualTo(CloseReason.NORMAL);
      assertThat(outcome.handshakeComplete()).isTrue();
    }
  }

  @Test
  void noCodeCanBeSent() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NONE);
      o.h.run();
      assertThat(o.briefs()).containsExactly("CLOSE(0)");
      o.receive(Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
      assertThat(close.result().sent()).isEqualTo(CloseReason.NONE);
      assertThat(close.result().code()).isEqualTo(1000);
    }
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void bothBeginAtOnce(boolean clientReads, boolean serverReads) {
    for (int window : new int[] {1, 3, 65536}) {
      try (Harness h = new Harness(window)) {
        WebSocketStream client = h.client(Harness.quiet());
        WebSocketStream server = h.server(Harness.quiet());
        h.open(client, server);
        Received atClient = clientReads ? h.read(client) : null;
        Received atServer = serverReads ? h.read(server) : null;
        Recorded<CloseOutcome> one = h.close(client, new CloseReason(4001, "client"));
        Recorded<CloseOutcome> two = h.close(server, new CloseReason(4002, "server"));
        h.run();
        if (window > 10) { // else the peer's frame may be in before ours is out
          assertThat(one.result().initiator()).isEqualTo(Role.CLIENT);
          assertThat(two.result().initiator()).isEqualTo(Role.SERVER);
        }
        assertThat(one.result().code()).isEqualTo(4002);
        assertThat(one.result().transport()).isEqualTo(TransportEnd.GRACEFUL);
        assertThat(two.result().reason()).isEqualTo("client");
        assertThat(two.result().transport()).isEqualTo(TransportEnd.GRACEFUL);
        if (atClient != null) {
          assertThat(atClient.handler.assertFailed(WebSocketError.CLOSED).outcome())
              .isEqualTo(one.result());
        }
        if (atServer != null) {
          atServer.handler.assertFailed(WebSocketError.CLOSED);
        }
        assertThat(h.fromClient.briefs()).containsExactly("CLOSE(8)");
        assertThat(h.fromServer.briefs()).containsExactly("CLOSE(8)");
      }
    }
  }

  /** Our close frame is on its way out, byte by byte, when the peer's comes in. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void peersCloseArrivesWhileOursIsBeingSent(Role role) {
    try (Opened o = Opened.as(role)) {
      o.end().faults().capWrites(1);
      Gate gate = o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE) + 2);
      Received read = o.h.read(o.stream);
      Recorded<CloseOutcome> close = o.h.close(o.stream, BYE);
      o.receive(Frame.close(4000, "theirs"));
      close.assertPending();
      gate.release();
      o.h.run();
      o.peer.stop();
      o.h.run();
      assertThat(close.result().sent()).isEqualTo(BYE);
      assertThat(close.result().received()).isEqualTo(new CloseReason(4000, "theirs"));
      read.handler.assertFailed(WebSocketError.CLOSED);
      assertThat(o.briefs()).containsExactly("CLOSE(5)");
    }
  }

  /** The reply to the peer's close frame is on its way out when our application closes. */
  @Test
  void closeWhileTheReplyIsBeingSent() {
    try (Opened o = Opened.as(Role.SERVER)) {
      o.end().faults().capWrites(1);
      Gate gate = o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE) + 2);
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(4000, "theirs"));
      Recorded<CloseOutcome> close = o.h.close(o.stream, BYE);
      o.h.run();
      close.assertPending();
      gate.release();
      o.h.run();
      o.peer.stop();
      o.h.run();
      read.handler.assertFailed(WebSocketError.CLOSED);
      assertThat(close.result().initiator()).isEqualTo(Role.CLIENT);
      assertThat(close.result().sent()).isEqualTo(CloseReason.of(4000));
      assertThat(o.briefs()).containsExactly("CLOSE(2)");
    }
  }

  /**
   * The peer's close and our own both wait for a write to end; ours goes out first, and slowly. It
   * is the reply, too.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneCloseFrameIsSentWhenTheReplyAndOurCloseWaitTogether(boolean peersComesFirst) {
    try (Opened o = Opened.as(Role.SERVER)) {
      long started = o.end().faults().started(IoKind.WRITE);
      Gate atTheWrite = o.end().faults().hold(IoKind.WRITE, started);
      Gate atOurClose = o.end().faults().hold(IoKind.WRITE, started + 1);
      Received read = o.h.read(o.stream);
      Recorded<Long> write = o.h.write(o.stream, "holds the turn");
      o.h.run();
      if (peersComesFirst) {
        o.receive(Frame.close(4000, "theirs"));
      }
      Recorded<CloseOutcome> close = o.h.close(o.stream, BYE);
      o.h.run();
      if (!peersComesFirst) {
        o.receive(Frame.close(4000, "theirs"));
      }
      atTheWrite.release();
      o.h.run();
      write.result();
      close.assertPending();
      atOurClose.release();
      o.h.run();
      o.peer.stop();
      o.h.run();
      assertThat(close.result().sent()).isEqualTo(BYE);
      assertThat(close.result().received()).isEqualTo(new CloseReason(4000, "theirs"));
      assertThat(close.result().cause()).isNull();
      read.handler.assertFailed(WebSocketError.CLOSED);
      assertThat(o.briefs()).containsExactly("TEXT(14)", "CLOSE(5)");
    }
  }

  /** Close and read begin in the same breath, in both orders. */
  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void readAndCloseBeginTogether(boolean closeFirst, boolean onExecutor) {
    for (Role role : Role.values()) {
      try (Opened o = Opened.as(role)) {
        Received[] read = new Received[1];
        Recorded<?>[] close = new Recorded<?>[1];
        Runnable begin =
            () -> {
              if (closeFirst) {
                close[0] = o.h.close(o.stream, BYE);
              }
              read[0] = o.h.read(o.stream);
              if (!closeFirst) {
                close[0] = o.h.close(o.stream, BYE);
              }
            };
        if (onExecutor) {
          o.h.executor.execute(begin);
        } else {
          begin.run();
        }
        o.receive(Frame.text("on its way"));
        assertThat(read[0].text()).isEqualTo("on its way");
        Received next = o.h.read(o.stream);
        o.receive(Frame.close(1001, ""));
        o.peer.stop();
        o.h.run();
        next.handler.assertFailed(WebSocketError.CLOSED);
        close[0].result();
      }
    }
  }

  @Test
  void closeOfAClosedStreamTellsTheOutcomeAgain() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Recorded<CloseOutcome> first = o.h.close(o.stream, BYE);
      o.receive(Frame.close(1001, ""));
      o.peer.stop();
      o.h.run();
      Recorded<CloseOutcome> second = o.h.close(o.stream, CloseReason.NORMAL);
      o.h.run();
      assertThat(second.result()).isEqualTo(first.result());
      Received read = o.h.read(o.stream);
      Recorded<Long> write = o.h.write(o.stream, "late");
      o.h.run();
      assertThat(read.handler.assertFailed(WebSocketError.CLOSED).outcome())
          .isEqualTo(first.result());
      write.assertFailed(WebSocketError.CLOSED);
    }
  }

  @Test
  void secondCloseAtTheSameTimeIsRefused() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Recorded<CloseOutcome> first = o.h.close(o.stream, BYE);
      assertThatThrownBy(() -> o.stream.asyncClose(CloseReason.NORMAL, (e, v) -> {}))
          .isInstanceOf(OperationPendingException.class);
      o.receive(Frame.close(1001, ""));
      o.peer.stop();
      o.h.run();
      first.result();
    }
  }

  @Test
  void closeBeforeOpenEndsTheStream() {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet());
      Recorded<CloseOutcome> close = h.close(client, BYE);
      h.run();
      assertThat(close.result())
          .isEqualTo(new CloseOutcome(null, null, null, TransportEnd.CLOSED_HERE, null));
      assertThat(h.clientEnd.isOpen()).isFalse();
      assertThat(h.fromClient.bytes()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void closeDuringTheHandshakeEndsBoth(Role role) {
    try (Harness h = new Harness()) {
      WebSocketStream stream =
          role == Role.CLIENT ? h.client(Harness.quiet()) : h.server(Harness.quiet());
      Recorded<?> opening = h.handler("opening");
      if (role == Role.CLIENT) {
        @SuppressWarnings("unchecked")
        var handshake = (Recorded<io.plywire.websocket.UpgradeResponse>) opening;
        stream.asyncHandshake("example.com", "/", handshake);
      } else {
        @SuppressWarnings("unchecked")
        var accept = (Recorded<io.plywire.websocket.UpgradeRequest>) opening;
        stream.asyncAccept(accept);
      }
      h.run();
      Recorded<CloseOutcome> close = h.close(stream, BYE);
      h.run();
      opening.assertFailed(StreamError.ABORTED);
      assertThat(close.isDone()).isTrue();
      assertThat(stream.closeOutcome().sent()).isNull();
      assertThat((role == Role.CLIENT ? h.clientEnd : h.serverEnd).isOpen()).isFalse();
    }
  }
}
