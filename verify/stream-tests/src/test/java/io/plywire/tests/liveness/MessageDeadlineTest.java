// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Received;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Timeouts;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The deadline for the whole of a message that has begun to arrive. */
class MessageDeadlineTest {
  private static Opened within(Role role, int millis) {
    Timeouts timeouts = Timeouts.none().withMessage(Duration.ofMillis(millis));
    return new Opened(role, Harness.quiet().withTimeouts(timeouts));
  }

  private static void pass(Opened o, int millis) {
    o.h.executor.advance(Duration.ofMillis(millis));
  }

  /** One byte again and again is life, but no message. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void aMessageThatTricklesInEndsTheConnection(Role role) {
    try (Opened o = within(role, 1_000)) {
      Received read = o.h.read(o.stream);
      byte[] frame = o.encode(Frame.text("x".repeat(100)));
      o.receive(Arrays.copyOf(frame, 20));
      for (int i = 0; i < 9; i++) {
        pass(o, 100);
        o.receive(Arrays.copyOfRange(frame, 20 + i, 21 + i));
      }
      pass(o, 99);
      read.handler.assertPending();
      assertThat(o.sent()).isEmpty();
      pass(o, 1);
      assertThat(o.sentCloseCode()).isEqualTo(CloseCode.POLICY_VIOLATION);
      o.peer.stop();
      o.h.run();
      assertThat(read.handler.assertFailed(StreamError.TIMEOUT))
          .hasMessageContaining("longer than 1 s");
      assertThat(o.h.executor.pendingTimers()).isZero();
    }
  }

  @Test
  void theLastByteInTimeIsInTime() {
    try (Opened o = within(Role.SERVER, 1_000)) {
      for (int i = 0; i < 5; i++) { // each message has the whole time
        Received read = o.h.read(o.stream);
        o.receive(Frame.text("be").notFinal());
        pass(o, 500);
        o.receive(Frame.ping("between"));
        pass(o, 499);
        o.receive(Frame.continuation("gun"));
        assertThat(read.text()).isEqualTo("begun");
        pass(o, 5_000);
      }
      assertThat(o.stream.isOpen()).isTrue();
    }
  }

  @Test
  void silenceBetweenMessagesHasNoDeadline() {
    try (Opened o = within(Role.SERVER, 10)) {
      Received read = o.h.read(o.stream);
      pass(o, 3_600_000);
      o.receive(Frame.ping("still here"));
      pass(o, 3_600_000);
      o.receive(Frame.text("late"));
      assertThat(read.text()).isEqualTo("late");
      assertThat(o.briefs()).containsExactly("PONG(10)");
    }
  }

  @Test
  void timeInWhichNobodyReadsDoesNotCount() {
    try (Opened o = within(Role.SERVER, 1_000)) {
      Received first = o.h.read(o.stream);
      o.receive(Frame.text("never read by ").notFinal());
      pass(o, 900);
      first.handler.cancel(CancellationType.PARTIAL);
      o.h.run();
      first.handler.assertFailed(StreamError.ABORTED);
      pass(o, 60_000);
      assertThat(o.stream.isOpen()).isTrue();
      Received second = o.h.read(o.stream);
      pass(o, 99);
      o.receive(Frame.continuation("the first"));
      assertThat(second.text()).isEqualTo("the first");
      assertThat(o.sent()).isEmpty();
    }
  }

  @Test
  void aMessageHeldUpAcrossReadsIsLateAllTheSame() {
    try (Opened o = within(Role.SERVER, 1_000)) {
      Received first = o.h.read(o.stream);
      o.receive(Frame.text("half").notFinal());
      pass(o, 900);
      first.handler.cancel(CancellationType.PARTIAL);
      o.h.run();
      first.handler.assertFailed(StreamError.ABORTED);
      pass(o, 10_000);
      Received second = o.h.read(o.stream);
      pass(o, 100);
      assertThat(o.sentCloseCode()).isEqualTo(CloseCode.POLICY_VIOLATION);
      o.peer.stop();
      o.h.run();
      second.handler.assertFailed(StreamError.TIMEOUT);
    }
  }

  @Test
  void closingHasItsOwnDeadline() {
    try (Opened o = within(Role.SERVER, 1_000)) {
      o.h.read(o.stream);
      o.receive(Frame.text("half").notFinal());
      var close = o.h.close(o.stream, CloseReason.NORMAL);
      pass(o, 10_000);
      close.assertPending();
      o.receive(Frame.continuation("way"), Frame.close(1000, ""));
      o.h.run();
      o.peer.stop();
      o.h.run();
      assertThat(close.result().handshakeComplete()).isTrue();
    }
  }
}
