// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.liveness;

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
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pings that show whether a silent peer is alive, and the deadline for its answer. */
class KeepAliveTest {
  private static Opened pinging(Role role, int interval, int pong, int idle) {
    Timeouts timeouts =
        Timeouts.none()
            .withPing(Duration.ofMillis(interval), Duration.ofMillis(pong))
            .withIdle(Duration.ofMillis(idle));
    return new Opened(role, Harness.quiet().withTimeouts(timeouts));
  }

  private static void pass(Opened o, int millis) {
    o.h.executor.advance(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({"SERVER, 0, 300", "CLIENT, 0, 300", "SERVER, 150, 0", "CLIENT, 150, 0"})
  void silentPeerIsPingedAndThenGivenUp(Role role, int pong, int idle) {
    try (Opened o = pinging(role, 150, pong, idle)) {
      Received read = o.h.read(o.stream);
      pass(o, 149);
      assertThat(o.briefs()).isEmpty();
      pass(o, 1);
      assertThat(o.briefs()).containsExactly("PING(0)");
      pass(o, 149);
      read.handler.assertPending();
      pass(o, 1);
      read.handler.assertFailed(StreamError.TIMEOUT);
      assertThat(o.briefs()).containsExactly("PING(0)");
    }
  }

  /** One read stays outstanding all the time, whatever the other deadlines are. */
  @ParameterizedTest
  @CsvSource({"0, 0", "100, 0", "5000, 0", "0, 300", "0, 100000", "5000, 100000"})
  void answeringPeerIsPingedForEver(int pong, int idle) {
    try (Opened o = pinging(Role.SERVER, 150, pong, idle)) {
      Received read = o.h.read(o.stream);
      for (int i = 1; i <= 20; i++) {
        pass(o, 150);
        assertThat(o.sent()).as("pings after %d intervals", i).hasSize(i);
        pass(o, 10);
        o.receive(Frame.pong(""));
      }
      read.handler.assertPending();
      assertThat(o.stream.isOpen()).isTrue();
    }
  }

  @Test
  void trafficMakesPingsNeedless() {
    try (Opened o = pinging(Role.CLIENT, 150, 150, 0)) {
      o.h.read(o.stream);
      for (int i = 0; i < 10; i++) {
        pass(o, 140);
        o.receive(Frame.pong("i am here"));
      }
      assertThat(o.briefs()).isEmpty();
    }
  }

  @Test
  void twoStreamsKeepEachOtherAlive() {
    Timeouts timeouts = Timeouts.none().withPing(Duration.ofSeconds(1), Duration.ofSeconds(1));
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet().withTimeouts(timeouts));
      WebSocketStream server = h.server(Harness.quiet().withTimeouts(timeouts));
      h.open(client, server);
      Received one = h.read(client);
      Received two = h.read(server);
      h.executor.advance(Duration.ofMinutes(10));
      one.handler.assertPending();
      two.handler.assertPending();
    }
  }

  @Test
  void nobodyReadsNobodyPings() {
    try (Opened o = pinging(Role.SERVER, 150, 150, 0)) {
      pass(o, 10_000);
      Received read = o.h.read(o.stream);
      o.receive(Frame.text("x"));
      read.text();
      pass(o, 10_000);
      assertThat(o.briefs()).isEmpty();
      assertThat(o.stream.isOpen()).isTrue();
    }
  }

  @Test
  void pongClockStopsWhileNobodyReads() {
    try (Opened o = pinging(Role.SERVER, 150, 100, 0)) {
      Received read = o.h.read(o.stream);
      pass(o, 200);
      assertThat(o.briefs()).containsExactly("PING(0)");
      read.handler.cancel(io.plywire.stream.CancellationType.TOTAL);
      pass(o, 10_000);
      assertThat(o.stream.isOpen()).isTrue();
      Received next = o.h.read(o.stream);
      pass(o, 49);
      next.handler.assertPending();
      pass(o, 1);
      next.handler.assertFailed(StreamError.TIMEOUT);
    }
  }

  @Test
  void pingThatCannotBeSentReachesTheRead() {
    try (Opened o = pinging(Role.SERVER, 150, 0, 0)) {
      StreamException fault = new StreamException(StreamError.RESET, "fault");
      o.end().faults().fail(IoKind.WRITE, o.end().faults().started(IoKind.WRITE), fault);
      Received read = o.h.read(o.stream);
      pass(o, 150);
      assertThat(read.handler.error()).isSameAs(fault);
      assertThat(o.end().isOpen()).isFalse();
    }
  }

  /** D13 and D10 together: the stalled operation is nobody's, the read waits. */
  @Test
  void pingThatStallsReachesTheRead() {
    Timeouts timeouts =
        Timeouts.none()
            .withPing(Duration.ofMillis(150), Duration.ZERO)
            .withWriteStall(Duration.ofMillis(50));
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withTimeouts(timeouts))) {
      o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Received read = o.h.read(o.stream);
      Recorded<Long> write = o.h.handler("write");
      pass(o, 160);
      o.stream.asyncWriteSome(true, Harness.bytes("waits"), Recorded.io(write));
      pass(o, 39);
      read.handler.assertPending();
      pass(o, 1);
      read.handler.assertFailed(StreamError.TIMEOUT);
      write.assertFailed(StreamError.ABORTED);
    }
  }

  @Test
  void onePingWaitsBehindALongWriteAndTheDeadlineHolds() {
    try (Opened o = pinging(Role.SERVER, 100, 1_000, 0)) {
      Gate gate = o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Recorded<Long> write = o.h.write(o.stream, "long");
      Received read = o.h.read(o.stream);
      pass(o, 900);
      gate.release();
      o.h.run();
      write.result();
      assertThat(o.briefs()).containsExactly("TEXT(4)", "PING(0)");
      pass(o, 199);
      read.handler.assertPending();
      pass(o, 1);
      read.handler.assertFailed(StreamError.TIMEOUT);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noPingBehindAClose(boolean withClosingDeadline) {
    Timeouts timeouts =
        Timeouts.none()
            .withPing(Duration.ofMillis(100), Duration.ofMillis(100))
            .withClosing(Duration.ofMillis(withClosingDeadline ? 150 : 0));
    try (Opened o = new Opened(Role.CLIENT, Harness.quiet().withTimeouts(timeouts))) {
      Received read = o.h.read(o.stream);
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      pass(o, withClosingDeadline ? 150 : 200);
      read.handler.assertFailed(StreamError.TIMEOUT);
      close.assertFailed(StreamError.ABORTED);
      assertThat(o.briefs()).containsExactly("CLOSE(2)");
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void pingIsSentInPiecesToo(Role role) {
    try (Opened o = pinging(role, 100, 0, 0)) {
      o.end().faults().capWrites(1);
      Received read = o.h.read(o.stream);
      pass(o, 100);
      assertThat(o.briefs()).containsExactly("PING(0)");
      o.receive(Frame.text("x"));
      assertThat(read.text()).isEqualTo("x");
    }
  }
}
