// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.close;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseOutcome.TransportEnd;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the outcome says, field by field. */
class CloseOutcomeTest {
  private static Role other(Role role) {
    return role == Role.CLIENT ? Role.SERVER : Role.CLIENT;
  }

  /** The one whose frame was whole first: ours when it is out, the peer's when it is in. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void initiatorIsWhoseFrameWasWholeFirst(Role role) {
    for (boolean ours : new boolean[] {false, true}) {
      try (Opened o = Opened.as(role)) {
        o.end().faults().capWrites(1);
        long frames = o.end().faults().started(IoKind.WRITE);
        Gate gate = ours ? null : o.end().faults().hold(IoKind.WRITE, frames + 2);
        Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.of(4001));
        o.receive(Frame.close(4002, ""));
        if (gate != null) {
          gate.release();
          o.h.run();
        }
        o.peer.stop();
        o.h.run();
        assertThat(close.result().initiator()).isEqualTo(ours ? role : other(role));
        assertThat(close.result().sent()).isEqualTo(CloseReason.of(4001));
        assertThat(close.result().received()).isEqualTo(CloseReason.of(4002));
      }
    }
  }

  /** Whoever asks, it is the same truth. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void everybodyGetsTheSame(Role role) {
    try (Opened o = Opened.as(role)) {
      Received read = o.h.read(o.stream);
      Recorded<CloseOutcome> close = o.h.close(o.stream, new CloseReason(1001, "bye"));
      o.receive(Frame.close(1000, "so long"));
      o.peer.stop();
      o.h.run();
      CloseOutcome outcome = o.stream.closeOutcome();
      assertThat(close.result()).isEqualTo(outcome);
      assertThat(read.handler.assertFailed(WebSocketError.CLOSED).outcome()).isEqualTo(outcome);
      assertThat(outcome.reason()).isEqualTo("so long");
      assertThat(outcome.toString())
          .contains("1001 (going away): bye", "1000 (normal closure): so long", "graceful");
    }
  }

  /** A teardown that fails is no failure of the close: it stands in the field for it. */
  @ParameterizedTest
  @CsvSource({"RESET, BROKEN_OFF", "EOF, BROKEN_OFF", "IO, CLOSED_HERE", "TIMEOUT, CLOSED_HERE"})
  void causeIsNullAfterAClosingHandshakeHoweverTheLayerBelowEnds(
      StreamError error, TransportEnd transport) {
    try (Opened o = Opened.as(Role.CLIENT)) {
      o.end().faults().fail(IoKind.TEARDOWN, 0, new StreamException(error, "fault"));
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.receive(Frame.close(1000, ""));
      assertThat(close.result())
          .isEqualTo(
              new CloseOutcome(
                  Role.CLIENT, CloseReason.NORMAL, CloseReason.NORMAL, transport, null));
    }
  }

  /** Many servers end TLS without close_notify: after close frames, that is no alarm. */
  @Test
  void wordsForAPeerThatEndsTheLayerBelowWithoutAGoodbye() {
    CloseOutcome complete =
        new CloseOutcome(
            Role.CLIENT, CloseReason.NORMAL, CloseReason.NORMAL, TransportEnd.BROKEN_OFF, null);
    assertThat(complete.toString())
        .startsWith("closed (")
        .contains("without its own goodbye, after everything was said")
        .doesNotContain("broken");
    CloseOutcome incomplete =
        new CloseOutcome(Role.CLIENT, CloseReason.NORMAL, null, TransportEnd.BROKEN_OFF, null);
    assertThat(incomplete.toString()).contains("transport broken off");
  }

  /** The peer was told and the layer below ended in order, but by our decision. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void transportIsClosedHereAfterAViolationOfThePeer(Role role) {
    try (Opened o = Opened.as(role)) {
      Received read = o.h.read(o.stream);
      o.receive(Frame.text("x").withOpcode(3));
      o.peer.stop();
      o.h.run();
      assertThat(read.handler.assertFailed(WebSocketError.BAD_OPCODE).outcome()).isNull();
      assertThat(o.stream.closeOutcome())
          .isEqualTo(
              new CloseOutcome(
                  role,
                  CloseReason.of(1002),
                  null,
                  TransportEnd.CLOSED_HERE,
                  read.handler.error()));
    }
  }

  /** A close frame that breaks the rules has said nothing. */
  @Test
  void receivedIsNullIfThePeersCloseFrameIsInvalid() {
    try (Opened o = Opened.as(Role.SERVER)) {
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(1006, "not to be sent"));
      o.peer.stop();
      o.h.run();
      read.handler.assertFailed(WebSocketError.BAD_CLOSE_CODE);
      assertThat(o.stream.closeOutcome().received()).isNull();
      assertThat(o.stream.closeOutcome().initiator()).isEqualTo(Role.SERVER);
      assertThat(o.stream.closeOutcome().code()).isEqualTo(1006);
      assertThat(o.stream.closeOutcome().reason()).isEmpty();
    }
  }

  @Test
  void thereIsNoneBeforeTheEnd() {
    try (Opened o = new Opened(Role.CLIENT, Harness.quiet())) {
      assertThat(o.stream.closeOutcome()).isNull();
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(1000, ""));
      read.handler.assertPending(); // until the server has ended its side
      assertThat(o.stream.closeOutcome()).isNull();
      o.peer.stop();
      o.h.run();
      assertThat(o.stream.closeOutcome()).isNotNull();
    }
  }
}
