// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.CancellationType;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.WaitType;
import io.plywire.stream.WritePendingException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading, waiting and writing, as every stream on the skeleton does it. */
class ReadinessStreamTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final Medium medium = new Medium(executor);
  private final Said said = new Said();
  private final ByteBuffer target = ByteBuffer.allocate(10);

  @AfterEach
  void nothingIsLeft() {
    medium.close();
    executor.runUntilIdle();
    assertThat(executor.pendingTimers()).isZero();
    assertThat(executor.buffers().outstanding()).isZero();
  }

  private void read(String name) {
    medium.asyncReadSome(target.clear(), said.by(name));
    executor.runUntilIdle();
  }

  private void await(String name) {
    medium.asyncWait(WaitType.READ, said.by(name));
    executor.runUntilIdle();
  }

  private void write(int bytes, String name) {
    medium.asyncWriteSome(new ByteBuffer[] {ByteBuffer.allocate(bytes)}, said.by(name));
    executor.runUntilIdle();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsAndWaitsGetWhatIsThereOrWaitForIt(boolean atOnce) {
    medium.answersAtOnce = atOnce;
    read("read");
    assertThat(said.all).isEmpty();
    medium.comes("abc");
    executor.runUntilIdle();
    await("wait");
    assertThat(said.all).as("nothing is left").containsExactly("read 3");
    medium.comes("twelve bytes");
    executor.runUntilIdle();
    await("wait again");
    read("first");
    await("rest");
    read("second");
    assertThat(said.all)
        .containsExactly("read 3", "wait 0", "wait again 0", "first 10", "rest 0", "second 2");
  }

  @Test
  void readWithoutRoomAndWriteOfNothingAskTheMediumNothing() {
    medium.bug = new AssertionError("was asked");
    medium.asyncReadSome(ByteBuffer.allocate(0), said.by("read"));
    medium.asyncWriteSome(new ByteBuffer[] {ByteBuffer.allocate(0)}, said.by("write"));
    executor.runUntilIdle();
    medium.asyncWriteSome(new ByteBuffer[0], said.by("write"));
    executor.runUntilIdle();
    assertThat(said.all).containsExactly("read 0", "write 0", "write 0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void writeTakesWhatThereIsRoomForOrWaits(boolean atOnce) {
    medium.answersAtOnce = atOnce;
    write(120, "short");
    write(20, "waiting");
    assertThat(said.all).containsExactly("short 100");
    medium.takes(7);
    executor.runUntilIdle();
    assertThat(said.all).containsExactly("short 100", "waiting 7");
  }

  @Test
  void secondOfAKindIsRefused() {
    read("read");
    medium.room = 0;
    write(1, "write");
    assertThatThrownBy(() -> medium.asyncWait(WaitType.READ, said.by("no")))
        .isInstanceOf(ReadPendingException.class)
        .hasMessageContaining("asyncReadSome");
    assertThatThrownBy(() -> write(1, "no"))
        .isInstanceOf(WritePendingException.class)
        .hasMessageContaining("asyncWriteSome");
  }

  @ParameterizedTest
  @EnumSource
  void requestLeavesEverythingAsItWas(CancellationType type) {
    medium.room = 0;
    for (Runnable operation :
        new Runnable[] {() -> read("read"), () -> await("wait"), () -> write(5, "write")}) {
      operation.run();
      said.signal.emit(type);
      executor.runUntilIdle();
    }
    assertThat(said.all)
        .containsExactly(
            "read cancelled " + type, "wait cancelled " + type, "write cancelled " + type);
    assertThat(target.position()).isZero();
    said.all.clear();
    medium.comes("abc");
    medium.takes(9);
    executor.runUntilIdle();
    read("read");
    write(5, "write");
    assertThat(medium.room).as("what was cancelled is not sent").isEqualTo(4);
    assertThat(said.all).containsExactly("read 3", "write 5");
  }

  @Test
  void endOfThePeerIsReadAfterItsLastBytesAndAgain() {
    medium.comes("ab");
    medium.ends();
    executor.runUntilIdle();
    read("read");
    read("read");
    await("wait");
    read("read");
    write(1, "write");
    assertThat(said.all).containsExactly("read 2", "read EOF", "wait 0", "read EOF", "write 1");
    assertThat(medium.isOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lossEndsBothDirectionsNowAndLater(boolean told) {
    medium.room = 0;
    medium.asyncReadSome(target, said.deaf("read"));
    medium.asyncWriteSome(new ByteBuffer[] {ByteBuffer.allocate(1)}, said.deaf("write"));
    executor.runUntilIdle();
    if (told) {
      medium.isLost(new IOException("unplugged"));
    } else {
      medium.breaks(new IOException("unplugged"));
    }
    executor.runUntilIdle();
    assertThat(said.all).containsExactlyInAnyOrder("read RESET", "write RESET");
    said.all.clear();
    medium.room = 10;
    medium.ends();
    executor.runUntilIdle();
    await("wait");
    read("read");
    write(1, "write");
    assertThat(said.all).containsExactly("wait 0", "read RESET", "write RESET");
    assertThat(medium.isOpen()).as("its user closes it").isTrue();
  }

  @Test
  void lossThatAWriteFindsLeavesToReadWhatHadArrived() {
    medium.comes("abc");
    executor.runUntilIdle();
    medium.broken = new StreamException(StreamError.TRUNCATED, "no end mark");
    write(1, "write");
    read("read");
    read("read");
    assertThat(said.all).containsExactly("write TRUNCATED", "read 3", "read TRUNCATED");
  }

  @Test
  void bugOfTheMediumIsALoss() {
    medium.bug = new AssertionError("on purpose");
    read("read");
    write(1, "write");
    assertThat(said.all).containsExactly("read IO", "write IO");
  }

  /** An initiating call, the executor's turn and a close, in every order. */
  @ParameterizedTest
  @ValueSource(strings = {"IRC", "ICR", "CIR", "CRI"})
  void closeEndsWhatIsPendingAndRefusesWhatIsLater(String order) {
    medium.room = 0;
    for (char step : order.toCharArray()) {
      switch (step) {
        case 'I' -> {
          medium.asyncReadSome(target, said.deaf("read"));
          medium.asyncWriteSome(new ByteBuffer[] {ByteBuffer.allocate(1)}, said.deaf("write"));
        }
        case 'R' -> executor.runUntilIdle();
        default -> {
          medium.close();
          medium.close();
          assertThat(medium.isOpen()).isFalse();
          assertThat(said.all).as("no handler runs inside").isEmpty();
        }
      }
    }
    executor.runUntilIdle();
    String error = order.startsWith("C") ? "CLOSED" : "ABORTED";
    assertThat(said.all).containsExactlyInAnyOrder("read " + error, "write " + error);
    assertThat(medium.calls).containsExactly("closed");
  }

  @Test
  void closeOnTheExecutorRunsNoHandlerInside() {
    read("read");
    executor.execute(
        () -> {
          medium.close();
          assertThat(said.all).isEmpty();
          assertThat(medium.calls).containsExactly("closed");
        });
    executor.runUntilIdle();
    assertThat(said.all).containsExactly("read ABORTED");
  }

  @Test
  void closeThatBreaksDoesNotKeepHandlersFromRunning() {
    read("read");
    medium.bug = new AssertionError("on purpose");
    medium.close();
    executor.runUntilIdle();
    assertThat(said.all).containsExactly("read ABORTED");
  }

  @Test
  void handlerThatThrowsClosesTheStream() {
    medium.asyncReadSome(
        target,
        (error, bytes) -> {
          throw new IllegalStateException("on purpose");
        });
    medium.comes("a");
    executor.runUntilIdle();
    assertThat(medium.isOpen()).isFalse();
    assertThat(medium.calls).containsExactly("closed");
  }

  /** A handler that goes on within its call, for ever if it may. */
  private final class Glutton implements IoHandler {
    private int rounds;
    private int allowed = Integer.MAX_VALUE;
    private final ByteBuffer into = ByteBuffer.allocate(1);
    private final ByteBuffer[] from = {ByteBuffer.allocate(1)};
    private final boolean writes;

    Glutton(boolean writes) {
      this.writes = writes;
    }

    void go() {
      if (writes) {
        from[0].clear();
        medium.room = 1;
        medium.asyncWriteSome(from, this);
      } else {
        medium.asyncReadSome(into.clear(), this);
      }
    }

    @Override
    public InlineExecutor immediateExecutor() {
      return InlineExecutor.instance();
    }

    @Override
    public void completed(@Nullable IOException error, long bytes) {
      if (++rounds < allowed && error == null) {
        go();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void othersOfTheExecutorGetTheirTurn(boolean writes) {
    medium.endless = true;
    Glutton glutton = new Glutton(writes);
    executor.execute(glutton::go);
    executor.execute(() -> glutton.allowed = glutton.rounds);
    executor.runUntilIdle(100);
    assertThat(glutton.rounds).isBetween(2, 100);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void operationsMakeNoGarbage(boolean writes) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    medium.endless = true;
    Glutton glutton = new Glutton(writes);
    Runnable go = glutton::go;
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 10; attempt++) {
      glutton.rounds = 0;
      glutton.allowed = 5000;
      long before = threads.getCurrentThreadAllocatedBytes();
      executor.execute(go);
      executor.runUntilIdle();
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      assertThat(glutton.rounds).isEqualTo(5000);
    }
    assertThat(least).isZero();
  }
}
