// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.spi.TeardownLimits;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.WritePendingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The graceful end, as every stream on the skeleton makes it. */
class StreamTeardownTest {
  private ManualExecutor executor = new ManualExecutor();
  private Medium medium = new Medium(executor);
  private Said said = new Said();

  @BeforeEach
  void begin() {
    executor = new ManualExecutor();
    medium = new Medium(executor);
    said = new Said();
  }

  @AfterEach
  void streamIsClosedAndNothingIsLeft() {
    executor.runUntilIdle();
    assertThat(medium.isOpen()).isFalse();
    assertThat(medium.calls.stream().filter("closed"::equals)).hasSize(1);
    assertThat(executor.pendingTimers()).isZero();
    assertThat(executor.buffers().outstanding()).isZero();
  }

  private void tearDown(Role role) {
    medium.asyncTeardown(role, said.by("teardown"));
    executor.runUntilIdle();
  }

  private void hold(int bytes) {
    medium.holding = true;
    medium.asyncWriteSome(new ByteBuffer[] {ByteBuffer.allocate(bytes)}, said.deaf("write"));
    executor.runUntilIdle();
    said.all.clear();
  }

  @Test
  void serverSaysGoodbyeFirst() {
    tearDown(Role.SERVER);
    assertThat(medium.calls).containsExactly("goodbye");
    assertThat(said.all).isEmpty();
    medium.comes("late");
    medium.ends();
    executor.runUntilIdle();
    assertThat(said.all).containsExactly("teardown 0");
    assertThat(medium.calls).containsExactly("goodbye", "closed");
  }

  @Test
  void clientWaitsForTheServers() {
    tearDown(Role.CLIENT);
    assertThat(medium.calls).isEmpty();
    medium.ends();
    executor.runUntilIdle();
    assertThat(said.all).containsExactly("teardown 0");
    assertThat(medium.calls).containsExactly("goodbye after the peer's", "closed");
  }

  @ParameterizedTest
  @EnumSource
  void whatWasAcceptedIsFlushedBeforeTheGoodbye(Role role) {
    hold(10);
    medium.ends();
    tearDown(role);
    assertThat(medium.calls).isEmpty();
    medium.takes(0);
    executor.runUntilIdle();
    assertThat(said.all).as("a full medium is flushed, too").isEmpty();
    medium.takes(1);
    executor.runUntilIdle();
    assertThat(said.all).containsExactly("teardown 0");
  }

  @ParameterizedTest
  @EnumSource
  void silentPeerIsWaitedForWithinABound(Role role) {
    tearDown(role);
    executor.advance(Duration.ofMillis(1999));
    assertThat(said.all).isEmpty();
    executor.advance(Duration.ofMillis(1));
    assertThat(said.all).containsExactly("teardown TIMEOUT");
  }

  @ParameterizedTest
  @EnumSource
  void peerThatTakesNothingIsWaitedForWithinABound(Role role) {
    hold(10);
    tearDown(role);
    medium.comes("it may send meanwhile");
    executor.advance(Duration.ofMillis(9999));
    assertThat(said.all).isEmpty();
    executor.advance(Duration.ofMillis(1));
    assertThat(said.all).containsExactly("teardown TIMEOUT");
    assertThat(medium.calls).containsExactly("closed");
  }

  @ParameterizedTest
  @EnumSource
  void peerThatNeverStopsIsDrainedWithinABound(Role role) {
    medium.endless = true;
    medium.asyncTeardown(role, said.by("teardown"));
    List<String> others = new ArrayList<>();
    executor.runOne();
    executor.execute(() -> others.add("task after " + said.all));
    executor.runUntilIdle(1000);
    assertThat(said.all).containsExactly("teardown EXHAUSTED");
    assertThat(others).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void lossIsTold(Role role) {
    hold(10);
    tearDown(role);
    medium.breaks(new IOException("unplugged"));
    executor.runUntilIdle();
    assertThat(said.all).containsExactly("teardown RESET");
  }

  @ParameterizedTest
  @EnumSource
  void goodbyeThatFailsIsTold(Role role) {
    medium.ends();
    executor.runUntilIdle();
    medium.asyncReadSome(ByteBuffer.allocate(1), said.deaf("read"));
    executor.runUntilIdle();
    medium.broken = new IOException("unplugged");
    medium.ends();
    tearDown(role);
    assertThat(said.all).containsExactly("read EOF", "teardown RESET");
  }

  @Test
  void pendingReadIsAbortedAndWritesAreExcluded() {
    medium.asyncReadSome(ByteBuffer.allocate(1), said.deaf("read"));
    tearDown(Role.SERVER);
    assertThat(said.all).containsExactly("read ABORTED");
    ByteBuffer[] sources = {ByteBuffer.allocate(1)};
    assertThatThrownBy(() -> medium.asyncWriteSome(sources, said.deaf("write")))
        .isInstanceOf(WritePendingException.class)
        .hasMessageContaining("asyncTeardown");
    assertThatThrownBy(() -> medium.asyncTeardown(Role.CLIENT, said.deaf("second")))
        .isInstanceOf(WritePendingException.class);
    medium.asyncReadSome(ByteBuffer.allocate(1), said.deaf("read"));
    medium.ends();
    executor.runUntilIdle();
    medium.asyncTeardown(Role.CLIENT, said.deaf("second"));
    executor.runUntilIdle();
    assertThat(said.all)
        .containsExactlyInAnyOrder("read ABORTED", "read CLOSED", "teardown 0", "second CLOSED");
  }

  @Test
  void writeThatWaitsExcludesATeardown() {
    medium.room = 0;
    ByteBuffer[] sources = {ByteBuffer.allocate(1)};
    medium.asyncWriteSome(sources, said.deaf("write"));
    assertThatThrownBy(() -> medium.asyncTeardown(Role.CLIENT, said.deaf("teardown")))
        .isInstanceOf(WritePendingException.class)
        .hasMessageContaining("asyncWriteSome");
    assertThat(medium.isOpen()).isTrue();
    medium.takes(1);
    executor.runUntilIdle();
    assertThat(said.all).containsExactly("write 1");
    medium.close();
  }

  /** The signal comes before the teardown has reached the executor. */
  @ParameterizedTest
  @EnumSource
  void teardownThatIsCancelledBeforeItBeginsLeavesTheStreamClosed(CancellationType type) {
    medium.asyncTeardown(Role.SERVER, said.by("teardown"));
    said.signal.emit(type);
    executor.runUntilIdle();
    assertThat(said.all).containsExactly("teardown cancelled " + type);
  }

  @Test
  void handlerIsLostByItsExecutorAndTheStreamIsClosedAllTheSame() {
    medium.ends();
    medium.asyncTeardown(
        Role.SERVER,
        IoHandler.bindExecutor(
            task -> {
              throw new RejectedExecutionException("on purpose");
            },
            said.deaf("teardown")));
    assertThatThrownBy(executor::runUntilIdle).isInstanceOf(RejectedExecutionException.class);
    assertThat(said.all).isEmpty();
  }

  @Test
  void limitsAreChecked() {
    Duration second = Duration.ofSeconds(1);
    for (Duration time : new Duration[] {Duration.ZERO, Duration.ofMillis(-1)}) {
      assertThatThrownBy(() -> new TeardownLimits(time, second, 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new TeardownLimits(second, time, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new TeardownLimits(second, second, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1 bytes");
    medium.close();
  }

  // ---- every order

  /**
   * What may happen: the peer takes what was held, it Ends, a Request to cancel comes, a Close, a
   * Loss, and the time Passes.
   */
  private static final String EVENTS = "TERCLP";

  static Stream<String> orders() {
    List<String> orders = new ArrayList<>();
    permute("", EVENTS, orders);
    return orders.stream();
  }

  private static void permute(String done, String left, List<String> orders) {
    if (left.isEmpty()) {
      orders.add(done);
    }
    for (int i = 0; i < left.length(); i++) {
      permute(done + left.charAt(i), left.substring(0, i) + left.substring(i + 1), orders);
    }
  }

  /** What an order ends with, if the executor has its turn after each event. */
  private static String outcome(String order) {
    boolean taken = false;
    boolean ended = false;
    for (char event : order.toCharArray()) {
      switch (event) {
        case 'T' -> taken = true;
        case 'E' -> ended = true;
        case 'R' -> {
          return "cancelled TERMINAL";
        }
        case 'C' -> {
          return "ABORTED";
        }
        case 'L' -> {
          return "RESET";
        }
        default -> {
          return "TIMEOUT";
        }
      }
      if (taken && ended) {
        return "0";
      }
    }
    throw new AssertionError(order);
  }

  private void happens(char event) {
    switch (event) {
      case 'T' -> medium.takes(1);
      case 'E' -> medium.ends();
      case 'R' -> said.signal.emit(CancellationType.TERMINAL);
      case 'C' -> medium.close();
      case 'L' -> medium.breaks(new IOException("unplugged"));
      default -> executor.advance(Duration.ofSeconds(20));
    }
  }

  @ParameterizedTest
  @MethodSource("orders")
  void everyOrderEndsItOnce(String order) {
    for (Role role : Role.values()) {
      for (boolean atOnce : new boolean[] {false, true}) {
        begin();
        medium.answersAtOnce = atOnce;
        hold(10);
        tearDown(role);
        for (char event : order.toCharArray()) {
          happens(event);
          executor.runUntilIdle();
        }
        assertThat(said.all).as("%s %s", role, order).containsExactly("teardown " + outcome(order));
        streamIsClosedAndNothingIsLeft();
      }
    }
  }

  /** The same at the same moment: no turn between the events, before or after the start. */
  @ParameterizedTest
  @MethodSource("orders")
  void everyOrderWithinOneTurnEndsItOnce(String order) {
    for (Role role : Role.values()) {
      for (boolean started : new boolean[] {false, true}) {
        begin();
        hold(10);
        medium.asyncTeardown(role, said.by("teardown"));
        if (started) {
          executor.runUntilIdle();
        }
        order.chars().forEach(event -> happens((char) event));
        executor.runUntilIdle();
        assertThat(said.all).as("%s %s", role, order).hasSize(1);
        streamIsClosedAndNothingIsLeft();
      }
    }
  }
}
