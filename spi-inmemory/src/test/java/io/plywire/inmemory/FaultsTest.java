// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsTest extends PipeTest {
  private final IOException injected = new IOException("injected");
  private Faults faults;

  @BeforeEach
  void setUp() {
    connect();
    faults = client.faults();
  }

  @Test
  void operationsAreCountedByKindAndTogether() {
    read(client, ByteBuffer.allocate(1));
    write(client, "a");
    write(client, "b");
    write(server, "c");
    await(client);
    teardown(client, Role.CLIENT);
    assertThat(faults.started(IoKind.READ)).isEqualTo(1);
    assertThat(faults.started(IoKind.WRITE)).isEqualTo(2);
    assertThat(faults.started(IoKind.WAIT)).isEqualTo(1);
    assertThat(faults.started(IoKind.TEARDOWN)).isEqualTo(1);
    assertThat(faults.started()).isEqualTo(5);
    assertThat(server.faults().started()).isEqualTo(1);
  }

  @Test
  void chosenOperationOfAKindFailsAndNoOther() {
    faults.fail(IoKind.WRITE, 1, injected);
    ByteBuffer[] second = Bytes.of("2");
    write(client, "1").assertMoved(1);
    Result failed = write(client, second);
    assertThat(failed.error()).isSameAs(injected);
    assertThat(failed.bytes()).isZero();
    assertThat(second[0].position()).isZero();
    write(client, second).assertMoved(1);
    assertThat(readText(server)).isEqualTo("12");
    assertThat(faults.failed(IoKind.WRITE)).isEqualTo(1);
    assertThat(faults.failed(IoKind.READ)).isZero();
  }

  @Test
  void everyKindCanFail() {
    for (IoKind kind : IoKind.values()) {
      faults.fail(kind, 0, injected);
    }
    write(server, "a").assertMoved(1);
    assertThat(await(client).error()).isSameAs(injected);
    assertThat(read(client, ByteBuffer.allocate(1)).error()).isSameAs(injected);
    assertThat(write(client, "x").error()).isSameAs(injected);
    assertThat(readText(client)).isEqualTo("a");
    assertThat(teardown(client, Role.CLIENT).error()).isSameAs(injected);
    assertThat(client.isOpen()).isFalse();
    for (IoKind kind : IoKind.values()) {
      assertThat(faults.failed(kind)).isEqualTo(1);
    }
  }

  @Test
  void everyOperationOfAScenarioCanFail() {
    for (int k = 0; ; k++) {
      connect();
      client.faults().fail(k, injected);
      List<Result> results = new ArrayList<>();
      results.add(write(client, "a"));
      results.add(write(server, "b"));
      results.add(await(client));
      results.add(read(client, ByteBuffer.allocate(1)));
      results.add(teardown(client, Role.CLIENT));
      results.add(teardown(server, Role.SERVER));
      long failed = results.stream().filter(result -> result.error() == injected).count();
      long counted = 0;
      for (IoKind kind : IoKind.values()) {
        counted += client.faults().failed(kind);
      }
      assertThat(counted).isEqualTo(failed);
      if (failed == 0) {
        assertThat(k).isEqualTo(4);
        return;
      }
      assertThat(failed).isEqualTo(1);
    }
  }

  @Test
  void failureCanComeAfterSomeBytes() {
    faults.failWriteAfter(0, 3, injected);
    ByteBuffer[] sources = Bytes.of("ab", "cd");
    Result write = write(client, sources);
    assertThat(write.error()).isSameAs(injected);
    assertThat(write.bytes()).isEqualTo(3);
    assertThat(sources[1].position()).isEqualTo(1);
    assertThat(readText(server)).isEqualTo("abc");
    assertThat(faults.failed(IoKind.WRITE)).isEqualTo(1);
  }

  @Test
  void whatHasStartedCannotBePlanned() {
    write(client, "a");
    assertThatThrownBy(() -> faults.fail(IoKind.WRITE, 0, injected))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1 have started");
    assertThatThrownBy(() -> faults.fail(0, injected)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> faults.hold(IoKind.WRITE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void capsShortenReadsAndWritesAndCountThem() {
    faults.capWrites(3);
    server.faults().capReads(1);
    write(client, "abcde").assertMoved(3);
    ByteBuffer target = ByteBuffer.allocate(8);
    read(server, target).assertMoved(1);
    read(server, target).assertMoved(1);
    read(server, target).assertMoved(1);
    assertThat(Bytes.before(target)).isEqualTo("abc");
    assertThat(faults.capped(IoKind.WRITE)).isEqualTo(1);
    assertThat(server.faults().capped(IoKind.READ)).isEqualTo(2);
    write(client, "def").assertMoved(3);
    assertThat(faults.capped(IoKind.WRITE)).isEqualTo(1);
  }

  @Test
  void capsFollowAScript() {
    faults.capWrites(Faults.cycle(1, 4, 2));
    write(client, "abcdefgh").assertMoved(1);
    write(client, "bcdefgh").assertMoved(4);
    write(client, "fgh").assertMoved(2);
    write(client, "h").assertMoved(1);
    assertThat(readText(server)).isEqualTo("abcdefgh");
    assertThatThrownBy(() -> Faults.cycle(1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Faults.cycle()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> faults.capReads(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void randomCapsLoseNothing() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    connect(InMemoryPipe.builder(executor).windowBytes(100));
    client.faults().capWrites(Faults.random(seed, 17));
    server.faults().capReads(Faults.random(seed, 13));
    Transfer transfer = new Transfer(client, server, 20_000, new Random(seed));
    transfer.start();
    executor.runUntilIdle(100_000);
    transfer.assertComplete();
    assertThat(client.faults().capped(IoKind.WRITE)).isPositive();
    assertThat(server.faults().capped(IoKind.READ)).isPositive();
    assertThat(client.faults().passed(Direction.OUTBOUND)).isEqualTo(20_000);
    assertThat(server.faults().passed(Direction.INBOUND)).isEqualTo(20_000);
  }

  @Test
  void gateHoldsAReadUntilItIsReleased() {
    write(client, "a").assertMoved(1);
    Gate gate = server.faults().hold(IoKind.READ, 0);
    Result read = read(server, ByteBuffer.allocate(4));
    read.assertPending();
    assertThat(gate.isHolding()).isTrue();
    assertThat(server.inFlight(Direction.INBOUND)).isEqualTo(1);
    gate.release();
    read.assertPending();
    executor.runUntilIdle();
    read.assertMoved(1);
    assertThat(gate.isHolding()).isFalse();
    assertThat(gate.isReleased()).isTrue();
    assertThat(server.faults().held(IoKind.READ)).isEqualTo(1);
  }

  @Test
  void gateThatIsReleasedBeforehandHoldsNothing() {
    Gate gate = faults.hold(IoKind.WRITE, 0);
    gate.release();
    write(client, "a").assertMoved(1);
    assertThat(faults.held(IoKind.WRITE)).isZero();
  }

  @Test
  void gateHoldsTheCompletionOfAWriteWhoseBytesHaveLeft() {
    Gate gate = faults.holdWriteCompletion(0);
    ByteBuffer[] sources = Bytes.of("abc");
    Result write = write(client, sources);
    write.assertPending();
    assertThat(readText(server)).isEqualTo("abc");
    gate.release();
    executor.runUntilIdle();
    write.assertMoved(3);
    assertThat(faults.held(IoKind.WRITE)).isEqualTo(1);
  }

  @Test
  void gatesAndFailuresOfOneOperationAddUp() {
    Gate before = faults.hold(IoKind.WRITE, 0);
    Gate after = faults.holdWriteCompletion(0);
    faults.failWriteAfter(0, 2, injected);
    Result write = write(client, "abc");
    assertThat(before.isHolding()).isTrue();
    before.release();
    executor.runUntilIdle();
    assertThat(after.isHolding()).isTrue();
    assertThat(readText(server)).isEqualTo("ab");
    after.release();
    executor.runUntilIdle();
    assertThat(write.error()).isSameAs(injected);
    assertThat(write.bytes()).isEqualTo(2);
  }

  @Test
  void closeEndsWhatAGateHolds() {
    faults.hold(IoKind.READ, 0);
    Gate gate = faults.holdWriteCompletion(0);
    Result read = read(client, ByteBuffer.allocate(1));
    Result write = write(client, "abc");
    client.close();
    executor.runUntilIdle();
    read.assertFailed(StreamError.ABORTED);
    write.assertFailed(StreamError.ABORTED);
    assertThat(write.bytes()).isEqualTo(3);
    gate.release();
    executor.runUntilIdle();
  }

  @Test
  void connectionBreaksAfterExactlySoManyBytes() {
    Result clientRead = read(client, ByteBuffer.allocate(4));
    write(server, "12").assertMoved(2);
    clientRead.assertMoved(2);
    clientRead = read(client, ByteBuffer.allocate(4));
    faults.resetAt(Direction.OUTBOUND, 5);
    ByteBuffer[] sources = Bytes.of("abcdefg");
    write(client, "abc").assertMoved(3);
    clientRead.assertPending();
    write(client, sources).assertMoved(2);
    clientRead.assertFailed(StreamError.RESET);
    write(client, sources).assertFailed(StreamError.RESET);
    write(server, "x").assertFailed(StreamError.RESET);
    assertThat(readText(server)).isEqualTo("abcab");
    read(server, ByteBuffer.allocate(1)).assertFailed(StreamError.RESET);
    assertThat(faults.passed(Direction.OUTBOUND)).isEqualTo(5);
  }

  @Test
  void connectionCanBreakAtOnceAndFromTheReadersSide() {
    Result read = read(client, ByteBuffer.allocate(4));
    server.faults().resetAt(Direction.INBOUND, 0);
    executor.runUntilIdle();
    read.assertFailed(StreamError.RESET);
    write(client, "a").assertFailed(StreamError.RESET);
    read(server, ByteBuffer.allocate(4)).assertFailed(StreamError.RESET);
  }

  @Test
  void breakLosesWhatIsOnItsWayInTheOtherDirection() {
    write(server, "lost").assertMoved(4);
    faults.resetAt(Direction.OUTBOUND, 1);
    write(client, "ab").assertMoved(1);
    read(client, ByteBuffer.allocate(4)).assertFailed(StreamError.RESET);
  }

  @Test
  void directionEndsAfterExactlySoManyBytesAndTheWriterDoesNotNotice() {
    server.faults().endAt(Direction.INBOUND, 4);
    write(client, "abc").assertMoved(3);
    ByteBuffer[] sources = Bytes.of("defghijklmnopqrstuvw");
    write(client, sources).assertMoved(1);
    write(client, sources).assertMoved(19);
    assertThat(readText(server)).isEqualTo("abcd");
    read(server, ByteBuffer.allocate(1)).assertFailed(StreamError.EOF);
    assertThat(faults.passed(Direction.OUTBOUND)).isEqualTo(4);
    assertThat(faults.vanished(Direction.OUTBOUND)).isEqualTo(19);
    assertThat(server.faults().vanished(Direction.INBOUND)).isEqualTo(19);
    write(server, "ok").assertMoved(2);
    assertThat(readText(client)).isEqualTo("ok");
  }

  @Test
  void endWakesReaderAndWriter() {
    Result read = read(client, ByteBuffer.allocate(4));
    write(server, "12345678").assertMoved(8);
    read.assertMoved(4);
    write(server, "9abc").assertMoved(4);
    Result write = write(server, "d");
    write.assertPending();
    faults.endAt(Direction.INBOUND, 0);
    executor.runUntilIdle();
    write.assertMoved(1);
    assertThat(readText(client)).isEqualTo("56789abc");
    read(client, ByteBuffer.allocate(4)).assertFailed(StreamError.EOF);
  }

  @Test
  void lostEndLeavesReadersWaitingAndTeardownToItsBound() {
    connect(InMemoryPipe.builder(executor).teardownTimeout(Duration.ofSeconds(2)));
    server.faults().loseEnd(Direction.INBOUND);
    Result read = read(server, ByteBuffer.allocate(1));
    client.close();
    executor.runUntilIdle();
    read.assertPending();
    Result teardown = teardown(server, Role.SERVER);
    executor.advance(Duration.ofMillis(1999));
    teardown.assertPending();
    executor.advance(Duration.ofMillis(1));
    teardown.assertFailed(StreamError.TIMEOUT);
  }

  @Test
  void tapSeesAllBytesOfADirectionInOrder() {
    StringBuilder there = new StringBuilder();
    StringBuilder back = new StringBuilder();
    server.tap(Direction.INBOUND, bytes -> there.append(Bytes.in(bytes)));
    server.tap(Direction.OUTBOUND, bytes -> back.append(Bytes.in(bytes)));
    write(client, "abcdef").assertMoved(6);
    readText(server);
    write(client, "ghijkl").assertMoved(6);
    write(server, "xyz").assertMoved(3);
    write(client, "mnop").assertMoved(2);
    assertThat(there).hasToString("abcdefghijklmn");
    assertThat(back).hasToString("xyz");
  }

  @Test
  void severalTapsSeeTheSameAndCannotHarmTheStream() {
    List<String> seen = new ArrayList<>();
    client.tap(
        Direction.OUTBOUND,
        bytes -> {
          assertThat(bytes.isReadOnly()).isTrue();
          bytes.position(bytes.limit());
        });
    client.tap(Direction.OUTBOUND, bytes -> seen.add(Bytes.in(bytes)));
    write(client, "abc").assertMoved(3);
    assertThat(seen).containsExactly("abc");
    assertThat(readText(server)).isEqualTo("abc");
  }

  @Test
  void whatATapThrowsReachesTheTestAndNotTheStream() {
    client.tap(
        Direction.OUTBOUND,
        bytes -> {
          throw new AssertionError("illegal byte");
        });
    Result write = new Result();
    client.asyncWriteSome(Bytes.of("a"), write);
    assertThatThrownBy(executor::runUntilIdle)
        .isInstanceOf(AssertionError.class)
        .hasMessage("illegal byte");
    executor.runUntilIdle();
    write.assertMoved(1);
    assertThat(readText(server)).isEqualTo("a");
  }

  @Test
  void tapDoesNotSeeWhatVanishes() {
    StringBuilder seen = new StringBuilder();
    client.tap(Direction.OUTBOUND, bytes -> seen.append(Bytes.in(bytes)));
    faults.endAt(Direction.OUTBOUND, 2);
    ByteBuffer[] sources = Bytes.of("abcd");
    write(client, sources).assertMoved(2);
    write(client, sources).assertMoved(2);
    assertThat(seen).hasToString("ab");
  }

  @Test
  void callsAreRecordedOnRequest() {
    write(client, "before").assertMoved(6);
    assertThat(faults.calls()).isEmpty();
    faults.recordCalls();
    faults.fail(IoKind.READ, 0, injected);
    write(client, "abc").assertMoved(2);
    Result waiting = write(client, "c");
    read(client, ByteBuffer.allocate(5));
    executor.advance(Duration.ofNanos(7));
    readText(server);
    waiting.assertMoved(1);
    assertThat(faults.calls())
        .containsExactly(
            new Faults.Call(IoKind.WRITE, 1, 3, 2, null, Duration.ZERO),
            new Faults.Call(IoKind.READ, 0, 5, 0, injected, Duration.ZERO),
            new Faults.Call(IoKind.WRITE, 2, 1, 1, null, Duration.ofNanos(7)));
  }
}
