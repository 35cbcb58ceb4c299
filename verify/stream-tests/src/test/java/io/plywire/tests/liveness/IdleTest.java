// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Acceptor;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseOutcome.TransportEnd;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The deadline for the next byte from the peer. */
class IdleTest {
  private static Opened idle(Role role, int millis) {
    Timeouts timeouts = Timeouts.none().withIdle(Duration.ofMillis(millis));
    return new Opened(role, Harness.quiet().withTimeouts(timeouts));
  }

  private static void pass(Opened o, int millis) {
    o.h.executor.advance(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void silenceTimesTheReadOut(Role role) {
    try (Opened o = idle(role, 300)) {
      Received read = o.h.read(o.stream);
      Recorded<CloseOutcome> nothing = null;
      pass(o, 299);
      read.handler.assertPending();
      pass(o, 1);
      assertThat(read.handler.assertFailed(StreamError.TIMEOUT)).hasMessageContaining("for 300 ms");
      assertThat(o.end().isOpen()).isFalse();
      assertThat(o.stream.closeOutcome().transport()).isEqualTo(TransportEnd.CLOSED_HERE);
      assertThat(o.stream.closeOutcome().cause()).isSameAs(read.handler.error());
      assertThat(o.h.executor.pendingTimers()).isZero();
      assertThat(nothing).isNull();
    }
  }

  @Test
  void everyByteIsLife() {
    Frame[] frames = {
      Frame.pong("unasked"),
      Frame.ping("p"),
      Frame.text("slow").notFinal(),
      Frame.continuation("ly")
    };
    try (Opened o = idle(Role.SERVER, 300)) {
      Received read = o.h.read(o.stream);
      for (byte b : o.encode(frames)) {
        pass(o, 299);
        read.handler.assertPending();
        o.receive(new byte[] {b});
      }
      assertThat(read.text()).isEqualTo("slowly");
    }
  }

  @Test
  void clockStopsWhileNobodyReads() {
    try (Opened o = idle(Role.SERVER, 300)) {
      pass(o, 1_000);
      assertThat(o.stream.isOpen()).isTrue();
      Received first = o.h.read(o.stream);
      o.receive(Frame.text("first"));
      first.text();
      pass(o, 10_000);
      o.receive(Frame.text("second"));
      pass(o, 10_000);
      assertThat(o.stream.isOpen()).isTrue();
      Received second = o.h.read(o.stream);
      o.h.run();
      assertThat(second.text()).isEqualTo("second");
      Received third = o.h.read(o.stream);
      pass(o, 299);
      third.handler.assertPending();
      pass(o, 1);
      third.handler.assertFailed(StreamError.TIMEOUT);
    }
  }

  /** Who looks in for a moment again and again must notice a dead peer, too. */
  @Test
  void clockStandsStillAndDoesNotStartAgain() {
    try (Opened o = idle(Role.CLIENT, 300)) {
      for (int i = 0; i < 5; i++) {
        Received read = o.h.read(o.stream);
        pass(o, 50);
        read.handler.cancel(CancellationType.TOTAL);
        pass(o, 1_000);
        read.handler.assertFailed(StreamError.ABORTED);
        assertThat(o.stream.isOpen()).isTrue();
      }
      Received last = o.h.read(o.stream);
      pass(o, 49);
      last.handler.assertPending();
      pass(o, 1);
      last.handler.assertFailed(StreamError.TIMEOUT);
    }
  }

  @Test
  void whatArrivedWhileNobodyReadIsLifeWhenItIsRead() {
    try (Opened o = idle(Role.CLIENT, 300)) {
      Received read = o.h.read(o.stream);
      pass(o, 299);
      read.handler.cancel(CancellationType.TOTAL);
      o.h.run();
      o.receive(Frame.pong(""));
      pass(o, 10_000);
      Received next = o.h.read(o.stream);
      pass(o, 299);
      next.handler.assertPending();
      pass(o, 1);
      next.handler.assertFailed(StreamError.TIMEOUT);
    }
  }

  @Test
  void exactlyOneIsToldTheTimeout() {
    try (Opened o = idle(Role.SERVER, 300)) {
      var gate =
          o.end()
              .faults()
              .hold(
                  io.plywire.inmemory.IoKind.WRITE,
                  o.end().faults().started(io.plywire.inmemory.IoKind.WRITE));
      Recorded<Long> write = o.h.write(o.stream, "stalls");
      Recorded<Void> ping = o.h.ping(o.stream, "waits");
      Received read = o.h.read(o.stream);
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      pass(o, 300);
      assertThat(gate.isHolding()).isFalse();
      read.handler.assertFailed(StreamError.TIMEOUT);
      write.assertFailed(StreamError.ABORTED);
      ping.assertFailed(StreamError.ABORTED);
      close.assertFailed(StreamError.ABORTED);
    }
  }

  @Test
  void steadyTrafficKeepsTheStreamAlive() {
    try (Opened o = idle(Role.CLIENT, 300)) {
      Acceptor acceptor = new Acceptor(o.stream);
      for (int i = 0; i < 50; i++) {
        pass(o, 250);
        o.receive(Frame.text("m" + i));
        assertThat(o.h.executor.pendingTimers()).isLessThanOrEqualTo(1);
      }
      assertThat(acceptor.messages()).hasSize(50);
      assertThat(o.stream.isOpen()).isTrue();
    }
  }

  /** Nothing of this may set a timer, not even for a moment. */
  @Test
  void withoutTimeoutsThereIsNoTimer() {
    try (Opened o = new Opened(Role.SERVER, Harness.quiet())) {
      Received read = o.h.read(o.stream);
      o.h.write(o.stream, "w");
      o.h.ping(o.stream, "p");
      o.h.run();
      assertThat(o.h.executor.pendingTimers()).isZero();
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.h.run();
      assertThat(o.h.executor.pendingTimers()).isZero();
      pass(o, 1_000_000_000);
      read.handler.assertPending();
      close.assertPending();
    }
  }

  @Test
  void withoutTimeoutsThereIsNoTimerBeforeOpenEither() {
    try (Harness h = new Harness()) {
      var client = h.client(Harness.quiet());
      h.executor.execute(
          () -> {
            client.asyncRead((error, message) -> {});
            assertThat(h.executor.pendingTimers()).isZero();
          });
      h.run();
      Recorded<CloseOutcome> close = h.close(client, CloseReason.NORMAL);
      h.run();
      close.result();
      assertThat(h.executor.pendingTimers()).isZero();
    }
  }

  @Test
  void centuriesAreNoDeadline() {
    Timeouts timeouts =
        Timeouts.none()
            .withIdle(Duration.ofSeconds(Long.MAX_VALUE))
            .withPing(Duration.ofDays(365L * 280), Duration.ofSeconds(Long.MAX_VALUE));
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withTimeouts(timeouts))) {
      Received read = o.h.read(o.stream);
      pass(o, 1_000_000);
      read.handler.assertPending();
      o.receive(Frame.text("x"));
      assertThat(read.text()).isEqualTo("x");
    }
  }

  /**
   * It sends and never reads: the answer stalls, so nobody reads either, and no other clock runs.
   */
  @ParameterizedTest
  @EnumSource(Role.class)
  void peerThatTakesNothingIsGivenUpByDefault(Role role) {
    try (Opened o = new Opened(role, WebSocketOptions.defaults(), 64)) {
      o.peer.pause();
      Recorded<Long> write = o.h.write(o.stream, "x".repeat(1000));
      pass(o, 299_000);
      write.assertPending();
      pass(o, 1_000);
      assertThat(write.assertFailed(StreamError.TIMEOUT))
          .hasMessageContaining("taken nothing of what is being written");
    }
  }

  /** It has gone without a word, as behind a NAT that has forgotten the connection. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void peerThatIsSilentIsGivenUpByDefault(Role role) {
    try (Opened o = new Opened(role, WebSocketOptions.defaults())) {
      Received read = o.h.read(o.stream);
      pass(o, 149_000);
      assertThat(o.briefs()).isEmpty();
      pass(o, 1_000);
      assertThat(o.briefs()).hasSize(1).allMatch(frame -> frame.startsWith("PING"));
      pass(o, 150_000);
      read.handler.assertFailed(StreamError.TIMEOUT);
    }
  }

  @Test
  void suggestedValues() {
    Timeouts both = Timeouts.suggested();
    assertThat(both.handshake()).isEqualTo(Duration.ofSeconds(30));
    assertThat(both.closing()).isEqualTo(Duration.ofSeconds(30));
    assertThat(both.idle()).isEqualTo(Duration.ofSeconds(300));
    assertThat(both.pingInterval()).isEqualTo(Duration.ofSeconds(150));
    assertThat(both.pong()).isEqualTo(Duration.ofSeconds(150));
    assertThat(both.writeStall()).isEqualTo(Duration.ofSeconds(300));
  }
}
