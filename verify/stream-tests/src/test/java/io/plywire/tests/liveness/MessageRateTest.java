// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageRate;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketOptions;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How many messages may pass in a second, in each direction. */
class MessageRateTest {
  private static final MessageRate TEN = MessageRate.perSecond(10).withBurst(2);

  private static Opened incoming(Role role) {
    return new Opened(role, Harness.quiet().withIncomingRate(TEN));
  }

  private static Opened outgoing(Role role) {
    return new Opened(role, Harness.quiet().withOutgoingRate(TEN));
  }

  private static void pass(Opened o, int millis) {
    o.h.executor.advance(Duration.ofMillis(millis));
  }

  // ---- messages that come

  @ParameterizedTest
  @EnumSource(Role.class)
  void whatComesTooSoonIsReadInItsTime(Role role) {
    try (Opened o = incoming(role)) {
      o.receive(
          Frame.text("0"),
          Frame.text("1"),
          Frame.text("2"),
          Frame.text("3").notFinal(),
          Frame.continuation("+"),
          Frame.text("4"));
      for (String expected : new String[] {"0", "1"}) { // the burst
        Received read = o.h.read(o.stream);
        o.h.run();
        assertThat(read.text()).isEqualTo(expected);
      }
      for (String expected : new String[] {"2", "3+", "4"}) {
        Received read = o.h.read(o.stream);
        pass(o, 99);
        read.handler.assertPending();
        pass(o, 1);
        assertThat(read.text()).isEqualTo(expected);
      }
      assertThat(o.h.executor.pendingTimers()).isZero();
    }
  }

  @Test
  void controlFramesBeforeAMessageAreAnswered() {
    try (Opened o = incoming(Role.SERVER)) {
      o.receive(
          Frame.text("0"), Frame.text("1"), Frame.ping("p"), Frame.text("2"), Frame.ping("q"));
      for (int i = 0; i < 2; i++) {
        Received read = o.h.read(o.stream);
        o.h.run();
        read.text();
      }
      Received read = o.h.read(o.stream);
      o.h.run();
      assertThat(o.briefs()).containsExactly("PONG(1)"); // and what is behind it waits, too
      read.handler.assertPending();
      pass(o, 100);
      assertThat(read.text()).isEqualTo("2");
      o.h.read(o.stream);
      o.h.run();
      assertThat(o.briefs()).containsExactly("PONG(1)", "PONG(1)");
    }
  }

  @Test
  void thePauseIsNotThePeersSilence() {
    WebSocketOptions options =
        Harness.quiet()
            .withIncomingRate(new MessageRate(1, Duration.ofSeconds(60), 1))
            .withTimeouts(
                Timeouts.none()
                    .withIdle(Duration.ofSeconds(10))
                    .withMessage(Duration.ofSeconds(5)));
    try (Opened o = new Opened(Role.SERVER, options)) {
      o.receive(Frame.text("0"), Frame.text("1"));
      Received first = o.h.read(o.stream);
      o.h.run();
      first.text();
      Received second = o.h.read(o.stream);
      pass(o, 59_999);
      second.handler.assertPending();
      pass(o, 1);
      assertThat(second.text()).isEqualTo("1");
      Received third = o.h.read(o.stream);
      pass(o, 10_000); // and this is
      third.handler.assertFailed(StreamError.TIMEOUT);
    }
  }

  @Test
  void aReadThatPausesCanBeCancelledAndTheNextOneGoesOn() {
    try (Opened o = incoming(Role.SERVER)) {
      o.receive(Frame.text("0"), Frame.text("1"), Frame.text("2"), Frame.text("3"));
      for (int i = 0; i < 2; i++) {
        Received read = o.h.read(o.stream);
        o.h.run();
        read.text();
      }
      for (CancellationType type : CancellationType.values()) {
        Received read = o.h.read(o.stream);
        o.h.run();
        read.handler.cancel(type);
        o.h.run();
        read.handler.assertFailed(StreamError.ABORTED);
        assertThat(o.stream.isOpen()).isTrue();
      }
      pass(o, 1_000); // while nobody reads
      Received read = o.h.read(o.stream);
      o.h.run();
      assertThat(read.text()).isEqualTo("2");
      Received next = o.h.read(o.stream);
      o.h.run();
      assertThat(next.text()).isEqualTo("3");
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void closingDoesNotWaitForPausedMessages(Role role) {
    try (Opened o = incoming(role)) {
      for (int i = 0; i < 20; i++) {
        o.receive(Frame.text("m" + i));
      }
      o.receive(Frame.close(1000, ""));
      for (int i = 0; i < 2; i++) {
        Received read = o.h.read(o.stream);
        o.h.run();
        read.text();
      }
      Received paused = o.h.read(o.stream);
      o.h.run();
      paused.handler.assertPending();
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.h.run();
      assertThat(paused.text()).isEqualTo("m2"); // its reader takes what is there
      o.peer.stop();
      o.h.run();
      assertThat(close.result().handshakeComplete()).isTrue();
      assertThat(o.h.executor.pendingTimers()).isZero();
    }
  }

  // ---- messages that go

  @ParameterizedTest
  @EnumSource(Role.class)
  void whatIsWrittenTooSoonGoesInItsTime(Role role) {
    try (Opened o = outgoing(role)) {
      for (int i = 0; i < 2; i++) {
        Recorded<Long> write = o.h.write(o.stream, "burst");
        o.h.run();
        assertThat(write.result()).isEqualTo(5);
      }
      for (int i = 0; i < 3; i++) {
        Recorded<Long> write = o.h.write(o.stream, "later");
        pass(o, 99);
        write.assertPending();
        pass(o, 1);
        assertThat(write.result()).isEqualTo(5);
      }
      assertThat(o.sent()).hasSize(5);
      assertThat(o.h.executor.pendingTimers()).isZero();
    }
  }

  @Test
  void partsOfAMessageDoNotWaitForEachOther() {
    try (Opened o = outgoing(Role.SERVER)) {
      for (int message = 0; message < 2; message++) {
        for (int part = 0; part < 4; part++) {
          Recorded<Long> write = o.h.writeSome(o.stream, part == 3, "part");
          o.h.run();
          write.result();
        }
      }
      Recorded<Long> third = o.h.writeSome(o.stream, false, "part");
      o.h.run();
      third.assertPending();
      assertThat(o.sent()).hasSize(8);
      pass(o, 100);
      third.result();
    }
  }

  @Test
  void pingsPongsAndClosesPassAMessageThatWaits() {
    try (Opened o = outgoing(Role.SERVER)) {
      exhaust(o);
      Recorded<Long> write = o.h.write(o.stream, "waits");
      Recorded<Void> ping = o.h.ping(o.stream, "p");
      Recorded<Void> pong = o.h.pong(o.stream, "p");
      o.h.run();
      ping.result();
      pong.result();
      write.assertPending();
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.h.run();
      write.assertFailed(WebSocketError.CLOSED); // no new message begins
      assertThat(o.briefs().subList(2, 5)).containsExactly("PING(1)", "PONG(1)", "CLOSE(2)");
      o.receive(Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
      assertThat(close.result().handshakeComplete()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void aMessageThatWaitsCanBeWithdrawnWithoutATrace(CancellationType type) {
    try (Opened o = outgoing(Role.SERVER)) {
      exhaust(o);
      Recorded<Long> write = o.h.write(o.stream, "withdrawn");
      o.h.run();
      write.cancel(type);
      o.h.run();
      write.assertFailed(StreamError.ABORTED);
      assertThat(write.value()).isZero();
      assertThat(o.h.executor.pendingTimers()).isZero();
      Recorded<Long> next = o.h.write(o.stream, "next");
      pass(o, 100); // the one withdrawn has not used its place
      assertThat(next.result()).isEqualTo(4);
      assertThat(o.sent()).hasSize(3);
    }
  }

  @Test
  void theEndOfTheConnectionEndsWhatWaits() {
    try (Opened o = new Opened(Role.SERVER, both())) {
      exhaust(o);
      o.receive(Frame.text("0"), Frame.text("1"), Frame.text("2"));
      for (int i = 0; i < 2; i++) {
        Received read = o.h.read(o.stream);
        o.h.run();
        read.text();
      }
      Received read = o.h.read(o.stream);
      Recorded<Long> write = o.h.write(o.stream, "waits");
      o.h.run();
      assertThat(o.h.executor.pendingTimers()).isEqualTo(2);
      o.stream.abort();
      o.h.run();
      assertThat(read.handler.error()).isNotNull();
      assertThat(write.error()).isNotNull();
      assertThat(o.h.executor.pendingTimers()).isZero();
    }
  }

  private static WebSocketOptions both() {
    return Harness.quiet().withIncomingRate(TEN).withOutgoingRate(TEN);
  }

  private static void exhaust(Opened o) {
    for (int i = 0; i < 2; i++) {
      Recorded<Long> write = o.h.write(o.stream, "burst");
      o.h.run();
      write.result();
    }
  }

  // ---- the arithmetic

  /** Whoever always has something to send reaches the rate, and no stretch of time exceeds it. */
  @Test
  void aRateIsReachedAndNeverExceeded() {
    long seed = Long.getLong("plywire.seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      int messages = 1 + random.nextInt(50);
      Duration per = Duration.ofMillis(1 + random.nextInt(5_000));
      int burst = 1 + random.nextInt(20);
      MessageRate rate = new MessageRate(messages, per, burst);
      try (Opened o = new Opened(Role.SERVER, Harness.quiet().withOutgoingRate(rate))) {
        long[] times = new long[100];
        long start = o.h.executor.nanoTime();
        Duration step = Duration.ofNanos(Math.max(1, per.toNanos() / messages / 50));
        for (int i = 0; i < times.length; i++) {
          int message = i;
          times[i] = -1;
          o.stream.asyncWrite(
              "m",
              (error, n) -> {
                assertThat(error).isNull();
                times[message] = o.h.executor.nanoTime() - start; // which is not that of a step
              });
          o.h.run();
          while (times[i] < 0) {
            o.h.executor.advance(step);
          }
        }
        double each = (double) per.toNanos() / messages;
        for (int from = 0; from < times.length; from++) {
          for (int to = from; to < times.length; to++) {
            double most = burst + (times[to] - times[from]) / each + 1e-3;
            assertThat((double) (to - from + 1))
                .as("%s, messages %d to %d, seed %d", rate, from, to, seed)
                .isLessThanOrEqualTo(most);
          }
        }
        double least = (times.length - burst) * each * 1.05 + each;
        assertThat((double) times[times.length - 1])
            .as("%s, seed %d", rate, seed)
            .isLessThan(least);
      }
    }
  }

  @Test
  void badRatesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MessageRate.perSecond(-1))
        .withMessageContaining("-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MessageRate(1, Duration.ZERO, 1))
        .withMessageContaining("above zero");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MessageRate(2, Duration.ofNanos(1), 1))
        .withMessageContaining("nanosecond");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MessageRate.perSecond(5).withBurst(0))
        .withMessageContaining("burst of 0");
    assertThat(MessageRate.perSecond(5)).hasToString("5 messages per 1 s, burst 5");
    assertThat(MessageRate.UNLIMITED).hasToString("unlimited");
  }
}
