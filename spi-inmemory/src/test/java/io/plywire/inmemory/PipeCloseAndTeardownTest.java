// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.stream.ReadPendingException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.WritePendingException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** N7, N8 and N12. */
class PipeCloseAndTeardownTest extends PipeTest {
  @BeforeEach
  void setUp() {
    connect();
  }

  @Test
  void closeAbortsWhatIsPendingAndRefusesWhatComes() {
    Result read = read(client, ByteBuffer.allocate(1));
    write(client, "12345678").assertMoved(8);
    Result write = write(client, "9");
    client.close();
    client.close();
    assertThat(client.isOpen()).isFalse();
    read.assertPending();
    write.assertPending();
    executor.runUntilIdle();
    read.assertFailed(StreamError.ABORTED);
    write.assertFailed(StreamError.ABORTED);
    assertThat(write.bytes()).isZero();
    read(client, ByteBuffer.allocate(1)).assertFailed(StreamError.CLOSED);
    read(client, ByteBuffer.allocate(0)).assertFailed(StreamError.CLOSED);
    write(client, "x").assertFailed(StreamError.CLOSED);
    await(client).assertFailed(StreamError.CLOSED);
    teardown(client, Role.CLIENT).assertFailed(StreamError.CLOSED);
    assertThat(readText(server)).isEqualTo("12345678");
  }

  @Test
  void operationThatWasStartedBeforeCloseIsAborted() {
    Result read = new Result();
    client.asyncReadSome(ByteBuffer.allocate(1), read);
    client.close();
    executor.runUntilIdle();
    read.assertFailed(StreamError.ABORTED);
  }

  @Test
  void closeKeepsTheCompletionOfWhatHasHappened() {
    Result write = new Result();
    executor.execute(
        () -> {
          client.asyncWriteSome(Bytes.of("a"), write);
          if (calling == Calling.FROM_A_TASK) {
            client.close();
          }
        });
    executor.runUntilIdle();
    write.assertMoved(1);
  }

  @Test
  void closeAbortsAWaitAndATeardown() {
    Result wait = await(server);
    Result teardown = teardown(client, Role.CLIENT);
    server.close();
    client.close();
    executor.runUntilIdle();
    wait.assertFailed(StreamError.ABORTED);
    teardown.assertFailed(StreamError.ABORTED);
    assertThat(executor.pendingTimers()).isZero();
  }

  @Test
  void closedPipeKeepsNoBytesAndNoBuffersOfTheCaller() {
    connect(InMemoryPipe.builder(executor).windowBytes(1 << 20));
    ByteBuffer target = ByteBuffer.allocate(1);
    WeakReference<ByteBuffer> reference = new WeakReference<>(target);
    Result read = read(client, target);
    write(client, ByteBuffer.allocate(1 << 20)).assertMoved(1 << 20);
    client.close();
    server.close();
    executor.runUntilIdle();
    read.assertFailed(StreamError.ABORTED);
    assertThat(client.inFlight(Direction.OUTBOUND)).isZero();
    target = null;
    for (int i = 0; i < 50 && reference.get() != null; i++) {
      System.gc();
    }
    assertThat(reference.get()).isNull();
  }

  @Test
  void bothSidesSayGoodbyeAndNothingIsLost() {
    write(client, "to s").assertMoved(4);
    write(server, "to c").assertMoved(4);
    Result serverDone = teardown(server, Role.SERVER);
    serverDone.assertPending();
    assertThat(readText(client)).isEqualTo("to c");
    read(client, ByteBuffer.allocate(1)).assertFailed(StreamError.EOF);
    Result clientDone = teardown(client, Role.CLIENT);
    clientDone.assertMoved(0);
    serverDone.assertMoved(0);
    assertThat(client.isOpen()).isFalse();
    assertThat(server.isOpen()).isFalse();
    assertThat(executor.pendingTimers()).isZero();
  }

  @Test
  void clientWaitsForTheServersEndBeforeItsOwn() {
    Result client = teardown(this.client, Role.CLIENT);
    client.assertPending();
    Result read = read(server, ByteBuffer.allocate(1));
    read.assertPending();
    server.shutdownOutput();
    executor.runUntilIdle();
    client.assertMoved(0);
    read.assertFailed(StreamError.EOF);
  }

  @Test
  void drainOutlivesTheFirstBytes() {
    Result done = teardown(server, Role.SERVER);
    write(client, "still").assertMoved(5);
    write(client, "more").assertMoved(4);
    done.assertPending();
    client.close();
    executor.runUntilIdle();
    done.assertMoved(0);
  }

  @Test
  void peerThatNeverEndsIsLeftAfterTheTimeBound() {
    connect(InMemoryPipe.builder(executor).teardownTimeout(Duration.ofSeconds(3)));
    Result done = teardown(server, Role.SERVER);
    executor.advance(Duration.ofSeconds(3).minusNanos(1));
    done.assertPending();
    executor.advance(Duration.ofNanos(1));
    assertThat(done.assertFailed(StreamError.TIMEOUT)).hasMessageContaining("within 3 s");
    assertThat(server.isOpen()).isFalse();
    write(client, "x").assertFailed(StreamError.RESET);
  }

  @Test
  void peerThatSendsForEverIsLeftAfterTheByteBound() {
    connect(InMemoryPipe.builder(executor).windowBytes(WINDOW).teardownBytes(20));
    Result done = teardown(server, Role.SERVER);
    write(client, "12345678").assertMoved(8);
    write(client, "12345678").assertMoved(8);
    write(client, "1234").assertMoved(4);
    done.assertPending();
    write(client, "5").assertMoved(1);
    assertThat(done.assertFailed(StreamError.EXHAUSTED)).hasMessageContaining("limit 20");
    assertThat(executor.pendingTimers()).isZero();
    write(client, "x").assertFailed(StreamError.RESET);
  }

  @Test
  void whatTheServerSaidBeforeItsGoodbyeArrivesAlsoWhenItGaveUp() {
    write(server, "bye").assertMoved(3);
    Result done = teardown(server, Role.SERVER);
    executor.advance(InMemoryPipe.DEFAULT_TEARDOWN_TIMEOUT);
    done.assertFailed(StreamError.TIMEOUT);
    write(client, "x").assertFailed(StreamError.RESET);
    assertThat(readText(client)).isEqualTo("bye");
    read(client, ByteBuffer.allocate(1)).assertFailed(StreamError.EOF);
  }

  @Test
  void pendingReadEndsWhenATeardownBegins() {
    ByteBuffer target = ByteBuffer.allocate(4);
    Result read = read(server, target);
    Result done = teardown(server, Role.SERVER);
    read.assertFailed(StreamError.ABORTED);
    write(client, "abc").assertMoved(3);
    assertThat(target.position()).isZero();
    read(server, target).assertFailed(StreamError.CLOSED);
    done.assertPending();
  }

  @Test
  void teardownDuringWriteIsMisuse() {
    write(client, "12345678").assertMoved(8);
    Result write = write(client, "9");
    assertThatThrownBy(() -> client.asyncTeardown(Role.CLIENT, new Result()))
        .isInstanceOf(WritePendingException.class)
        .hasMessageContaining("asyncWriteSome");
    readText(server);
    write.assertMoved(1);
  }

  @Test
  void writeAndSecondTeardownDuringTeardownAreMisuse() {
    Result done = teardown(server, Role.SERVER);
    assertThatThrownBy(() -> server.asyncTeardown(Role.SERVER, new Result()))
        .isInstanceOf(WritePendingException.class)
        .hasMessageContaining("asyncTeardown");
    assertThatThrownBy(() -> server.asyncWriteSome(Bytes.of("x"), new Result()))
        .isInstanceOf(WritePendingException.class);
    done.assertPending();
  }

  @Test
  void secondReadIsMisuseBesideATeardownToo() {
    Gate gate = server.faults().hold(IoKind.TEARDOWN, 0);
    Result read = read(server, ByteBuffer.allocate(1));
    teardown(server, Role.SERVER);
    assertThatThrownBy(() -> server.asyncReadSome(ByteBuffer.allocate(1), new Result()))
        .isInstanceOf(ReadPendingException.class);
    read.assertPending();
    gate.release();
    executor.runUntilIdle();
    read.assertFailed(StreamError.ABORTED);
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void teardownAfterThePeersResetFails(Role role) {
    client.reset();
    teardown(server, role).assertFailed(StreamError.RESET);
    assertThat(server.isOpen()).isFalse();
  }
}
