// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.close;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.stream.CancellationType;
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
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The two directions end each by itself: an output that is closed, an answer that waits. */
class HalfCloseTest {
  private static final CloseReason BYE = new CloseReason(1001, "bye");

  private static Recorded<Void> closeOutput(Opened o) {
    Recorded<Void> recorded = o.h.handler("close output");
    o.stream.asyncCloseOutput(BYE, recorded);
    return recorded;
  }

  private static void endOf(Opened o) {
    o.peer.stop();
    o.h.run();
  }

  // ---- an output that is closed

  @ParameterizedTest
  @EnumSource(Role.class)
  void closedOutputIsDoneWithItsFrameAndReadingGoesOn(Role role) {
    try (Opened o = Opened.as(role)) {
      Recorded<Void> closing = closeOutput(o);
      o.h.run();
      closing.result();
      assertThat(o.briefs()).containsExactly("CLOSE(5)");
      assertThat(o.stream.isOpen()).isFalse();
      assertThat(o.stream.closeOutcome()).isNull();
      o.receive(Frame.text("one"), Frame.text("two"), Frame.close(1001, "you too"));
      for (String text : new String[] {"one", "two"}) {
        Received read = o.h.read(o.stream);
        o.h.run();
        assertThat(read.text()).isEqualTo(text);
      }
      Received last = o.h.read(o.stream);
      o.h.run();
      endOf(o);
      CloseOutcome outcome = last.handler.assertFailed(WebSocketError.CLOSED).outcome();
      assertThat(outcome)
          .isEqualTo(
              new CloseOutcome(
                  role, BYE, new CloseReason(1001, "you too"), TransportEnd.GRACEFUL, null));
      assertThat(o.briefs()).containsExactly("CLOSE(5)");
    }
  }

  @Test
  void nothingIsWrittenAfterIt() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Recorded<Void> closing = closeOutput(o);
      o.h.run();
      closing.result();
      Recorded<Long> write = o.h.write(o.stream, "late");
      Recorded<Void> ping = o.h.ping(o.stream, "late");
      Recorded<Void> again = closeOutput(o);
      o.h.run();
      write.assertFailed(WebSocketError.CLOSED);
      ping.assertFailed(WebSocketError.CLOSED);
      again.assertFailed(WebSocketError.CLOSED);
      assertThat(o.briefs()).containsExactly("CLOSE(5)");
    }
  }

  @Test
  void wholeCloseMayFollowAndDropsTheRest() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      closeOutput(o);
      o.h.run();
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.receive(Frame.text("nobody reads this"), Frame.close(1000, ""));
      endOf(o);
      assertThat(close.result().sent()).isEqualTo(BYE);
      assertThat(close.result().handshakeComplete()).isTrue();
      assertThat(o.briefs()).containsExactly("CLOSE(5)");
    }
  }

  @Test
  void closeWithoutWaitingMayFollow() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Recorded<Void> closing = closeOutput(o);
      o.stream.close();
      o.h.run();
      closing.result();
      o.receive(Frame.text("nobody reads this"), Frame.close(1000, ""));
      endOf(o);
      assertThat(o.stream.closeOutcome().handshakeComplete()).isTrue();
      assertThat(o.briefs()).containsExactly("CLOSE(5)");
    }
  }

  @Test
  void oneCloseAtATime() {
    try (Opened o = new Opened(Role.CLIENT, Harness.quiet(), 1)) {
      o.peer.pause();
      o.h.run();
      Recorded<Void> closing = closeOutput(o);
      assertThatThrownBy(() -> o.stream.asyncCloseOutput(BYE, (error, none) -> {}))
          .isInstanceOf(OperationPendingException.class);
      assertThatThrownBy(() -> o.stream.asyncClose(BYE, (error, outcome) -> {}))
          .isInstanceOf(OperationPendingException.class);
      o.peer.resume();
      o.h.run();
      closing.result();
    }
  }

  @Test
  void whileItWaitsForItsTurnItCanBeCancelled() {
    try (Opened o = new Opened(Role.CLIENT, Harness.quiet(), 4)) {
      o.peer.pause();
      o.h.run();
      Recorded<Long> write = o.h.write(o.stream, "a message that does not fit");
      Recorded<Void> closing = closeOutput(o);
      o.h.run();
      closing.assertPending();
      closing.cancel(CancellationType.TOTAL);
      o.h.run();
      closing.assertFailed(StreamError.ABORTED);
      o.peer.resume();
      o.h.run();
      write.result();
      assertThat(o.stream.isOpen()).isTrue();
      assertThat(o.briefs()).containsExactly("TEXT(27)");
    }
  }

  @Test
  void peerThatSaysNothingMoreRunsIntoTheDeadline() {
    Timeouts timeouts = Timeouts.none().withClosing(Duration.ofSeconds(30));
    try (Opened o = new Opened(Role.CLIENT, Harness.quiet().withTimeouts(timeouts))) {
      Received read = o.h.read(o.stream);
      closeOutput(o);
      o.h.executor.advance(Duration.ofSeconds(29));
      read.handler.assertPending();
      o.h.executor.advance(Duration.ofSeconds(1));
      read.handler.assertFailed(StreamError.TIMEOUT);
    }
  }

  @Test
  void afterTheEndItIsTooLate() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      o.stream.abort();
      o.h.run();
      Recorded<Void> closing = closeOutput(o);
      o.h.run();
      assertThat(closing.error()).isNotNull();
    }
  }

  @Test
  void brokenTransportFailsIt() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      o.end().close();
      Recorded<Void> closing = closeOutput(o);
      o.h.run();
      assertThat(closing.error()).isNotNull();
      assertThat(o.stream.closeOutcome()).isNotNull();
    }
  }

  // ---- an answer that waits

  @ParameterizedTest
  @EnumSource(Role.class)
  void answerWaitsForTheApplicationWhichMayWriteMeanwhile(Role role) {
    try (Opened o = Opened.as(role)) {
      List<String> heard = new ArrayList<>();
      o.stream.answerClose(false);
      o.stream.controlCallback((kind, payload) -> heard.add(kind + " " + payload.remaining()));
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(1001, "bye"));
      assertThat(heard).containsExactly("CLOSE 5");
      read.handler.assertPending();
      assertThat(o.stream.isOpen()).isTrue();
      o.h.write(o.stream, "one more").assertPending();
      o.h.run();
      assertThat(o.briefs()).containsExactly("TEXT(8)");
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.of(4000));
      o.h.run();
      endOf(o);
      assertThat(close.result().initiator())
          .isEqualTo(role == Role.CLIENT ? Role.SERVER : Role.CLIENT);
      assertThat(close.result().sent()).isEqualTo(CloseReason.of(4000));
      assertThat(close.result().received()).isEqualTo(BYE);
      assertThat(read.handler.assertFailed(WebSocketError.CLOSED).outcome())
          .isEqualTo(close.result());
    }
  }

  @Test
  void closedOutputIsAnAnswer() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      o.stream.answerClose(false);
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(1000, ""));
      Recorded<Void> closing = closeOutput(o);
      o.h.run();
      closing.result();
      endOf(o);
      assertThat(read.handler.assertFailed(WebSocketError.CLOSED).outcome().handshakeComplete())
          .isTrue();
    }
  }

  @Test
  void answerFromWithinTheCallback() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Recorded<Void> closing = o.h.handler("close output");
      o.stream.answerClose(false);
      o.stream.controlCallback((kind, payload) -> o.stream.asyncCloseOutput(BYE, closing));
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(1000, ""));
      endOf(o);
      closing.result();
      read.handler.assertFailed(WebSocketError.CLOSED);
      assertThat(o.briefs()).containsExactly("CLOSE(5)");
    }
  }

  @Test
  void peerThatAnswersOurCloseIsNotAnswered() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      o.stream.answerClose(false);
      Recorded<CloseOutcome> close = o.h.close(o.stream, BYE);
      o.h.run();
      o.receive(Frame.close(1001, "bye"));
      endOf(o);
      assertThat(close.result().handshakeComplete()).isTrue();
      assertThat(o.briefs()).containsExactly("CLOSE(5)");
    }
  }

  @Test
  void abortEndsTheWait() {
    try (Opened o = new Opened(Role.CLIENT, Harness.quiet(), InMemoryPipe.DEFAULT_WINDOW_BYTES)) {
      o.stream.answerClose(false);
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(1000, ""));
      o.stream.abort();
      o.h.run();
      read.handler.assertFailed(StreamError.ABORTED);
      assertThat(o.stream.closeOutcome().received()).isEqualTo(CloseReason.NORMAL);
      assertThat(o.stream.closeOutcome().sent()).isNull();
    }
  }
}
