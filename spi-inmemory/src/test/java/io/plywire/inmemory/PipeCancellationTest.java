// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** N6 and A9. */
class PipeCancellationTest extends PipeTest {
  @BeforeEach
  void setUp() {
    connect();
  }

  private void cancel(Result result, CancellationType type) {
    result.cancel(type);
    executor.runUntilIdle();
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void cancelledReadLosesNothing(CancellationType type) {
    ByteBuffer target = ByteBuffer.allocate(4);
    Result read = read(server, target);
    cancel(read, type);
    read.assertCancelled(type, 0);
    assertThat(target.position()).isZero();
    write(client, "abc").assertMoved(3);
    assertThat(server.inFlight(Direction.INBOUND)).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(
      value = CancellationType.class,
      names = {"TOTAL", "PARTIAL"})
  void streamStaysUsableAfterWeakCancellation(CancellationType type) {
    Result wait = await(server);
    cancel(wait, type);
    wait.assertCancelled(type, 0);
    Result read = read(server, ByteBuffer.allocate(1));
    cancel(read, type);
    read.assertCancelled(type, 0);
    write(client, "12345678").assertMoved(8);
    ByteBuffer[] more = Bytes.of("90");
    Result write = write(client, more);
    cancel(write, type);
    write.assertCancelled(type, 0);
    assertThat(more[0].position()).isZero();
    assertThat(readText(server)).isEqualTo("12345678");
    write(client, more).assertMoved(2);
    assertThat(readText(server)).isEqualTo("90");
  }

  @Test
  void afterTerminalCancellationTheStreamCanOnlyBeClosed() {
    Result read = read(server, ByteBuffer.allocate(1));
    cancel(read, CancellationType.TERMINAL);
    read.assertCancelled(CancellationType.TERMINAL, 0);
    assertThat(read(server, ByteBuffer.allocate(1)).assertFailed(StreamError.ABORTED))
        .hasMessageContaining("asyncReadSome");
    write(server, "x").assertFailed(StreamError.ABORTED);
    await(server).assertFailed(StreamError.ABORTED);
    assertThat(server.isOpen()).isTrue();
    teardown(server, Role.SERVER).assertFailed(StreamError.ABORTED);
    assertThat(server.isOpen()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void cancellingOneOperationLeavesTheOtherAlone(CancellationType type) {
    Result read = read(client, ByteBuffer.allocate(1));
    write(client, "12345678").assertMoved(8);
    Result write = write(client, "9");
    cancel(read, type);
    read.assertCancelled(type, 0);
    write.assertPending();
    readText(server);
    write.assertMoved(1);
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void requestAfterTheEndIsIgnored(CancellationType type) {
    Result write = write(client, "a");
    cancel(write, type);
    write.assertMoved(1);
    write(client, "b").assertMoved(1);
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void requestBeforeTheHandlerRunsDoesNotChangeWhatHappened(CancellationType type) {
    write(client, "abc").assertMoved(3);
    Result read = new Result();
    ByteBuffer target = ByteBuffer.allocate(4);
    executor.execute(
        () -> {
          server.asyncReadSome(target, read);
          if (calling == Calling.FROM_A_TASK) {
            read.cancel(type);
          }
        });
    executor.runUntilIdle();
    read.assertMoved(3);
  }

  @Test
  void requestForAnEarlierUseOfTheSignalMeansNobody() {
    CancellationSignal signal = new CancellationSignal();
    Result first = new Result();
    server.asyncReadSome(
        ByteBuffer.allocate(1), IoHandler.bindCancellationSlot(signal.slot(), first));
    executor.runUntilIdle();
    write(client, "a");
    first.assertMoved(1);
    Result second = new Result();
    server.asyncReadSome(ByteBuffer.allocate(1), second);
    signal.emit(CancellationType.TERMINAL);
    executor.runUntilIdle();
    second.assertPending();
  }

  @Test
  void requestThatComesTooLateDoesNotHitTheNextOperation() {
    CancellationSignal signal = new CancellationSignal();
    Result second = new Result();
    IoHandler first = (error, bytes) -> server.asyncReadSome(ByteBuffer.allocate(1), second);
    server.asyncReadSome(
        ByteBuffer.allocate(1), IoHandler.bindCancellationSlot(signal.slot(), first));
    executor.runUntilIdle();
    client.asyncWriteSome(Bytes.of("a"), new Result());
    executor.runOne();
    assertThat(client.inFlight(Direction.OUTBOUND)).isEqualTo(1); // the reader is about to wake
    signal.emit(CancellationType.TOTAL);
    executor.runUntilIdle();
    second.assertPending();
  }

  @Test
  void handlerNeverRunsInsideTheRequest() {
    Result read = read(server, ByteBuffer.allocate(1));
    executor.execute(
        () -> {
          read.cancel(CancellationType.TOTAL);
          read.assertPending();
        });
    executor.runUntilIdle();
    read.assertCancelled(CancellationType.TOTAL, 0);
  }

  @Test
  void requestRightAfterTheCallIsNotLost() {
    Result read = new Result();
    server.asyncReadSome(ByteBuffer.allocate(1), read);
    read.cancel(CancellationType.TOTAL);
    executor.runUntilIdle();
    read.assertCancelled(CancellationType.TOTAL, 0);
  }

  @Test
  void requestThatOvertakesTheStartOfItsOperationIsNotLost() {
    // The slot is filled before the operation hops to its executor; somebody emits in between.
    ReadOperation operation = new ReadOperation(server);
    Result read = new Result();
    operation.cancel(1, CancellationType.PARTIAL);
    operation.initiate(ByteBuffer.allocate(1), read);
    executor.runUntilIdle();
    read.assertCancelled(CancellationType.PARTIAL, 0);
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void operationHeldAtAGateEndsWithoutEffect(CancellationType type) {
    Gate gate = client.faults().hold(IoKind.WRITE, 0);
    Result write = write(client, "a");
    assertThat(gate.isHolding()).isTrue();
    cancel(write, type);
    write.assertCancelled(type, 0);
    assertThat(gate.isHolding()).isFalse();
    gate.release();
    executor.runUntilIdle();
    assertThat(client.inFlight(Direction.OUTBOUND)).isZero();
  }

  @Test
  void writeThatHasMovedBytesCannotBeUndone() {
    Gate gate = client.faults().holdWriteCompletion(0);
    Result write = write(client, "abc");
    cancel(write, CancellationType.TOTAL);
    write.assertPending();
    cancel(write, CancellationType.PARTIAL);
    write.assertCancelled(CancellationType.PARTIAL, 3);
    gate.release();
    executor.runUntilIdle();
    write(client, "d").assertMoved(1);
    assertThat(readText(server)).isEqualTo("abcd");
  }

  @Test
  void onlyTerminalCancelsATeardown() {
    Result teardown = teardown(server, Role.SERVER);
    cancel(teardown, CancellationType.TOTAL);
    cancel(teardown, CancellationType.PARTIAL);
    teardown.assertPending();
    cancel(teardown, CancellationType.TERMINAL);
    teardown.assertCancelled(CancellationType.TERMINAL, 0);
    assertThat(server.isOpen()).isFalse();
    assertThat(executor.pendingTimers()).isZero();
  }
}
