// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.WaitType;
import io.plywire.stream.WritePendingException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** N1 to N5 and N11. */
class PipeReadAndWriteTest extends PipeTest {
  @BeforeEach
  void setUp() {
    connect();
  }

  @Test
  void readGetsWhatIsThereAndAdvancesThePosition() {
    write(client, "abcde").assertMoved(5);
    ByteBuffer target = ByteBuffer.allocate(16).position(2).limit(5);
    read(server, target).assertMoved(3);
    assertThat(target.position()).isEqualTo(5);
    assertThat(target.limit()).isEqualTo(5);
    assertThat(Bytes.before(target.clear().position(2).limit(5).slice().position(3)))
        .isEqualTo("abc");
    assertThat(readText(server)).isEqualTo("de");
  }

  @Test
  void readTouchesNothingBeyondWhatItMoved() {
    byte[] bytes = new byte[] {9, 9, 9, 9, 9, 9};
    write(client, "ab").assertMoved(2);
    read(server, ByteBuffer.wrap(bytes, 1, 4)).assertMoved(2);
    assertThat(bytes).containsExactly(9, 'a', 'b', 9, 9, 9);
  }

  @Test
  void readWithoutRoomCompletesWithoutIo() {
    read(server, ByteBuffer.allocate(0)).assertMoved(0);
    client.reset();
    read(server, ByteBuffer.allocate(0)).assertMoved(0);
    assertThat(server.faults().started()).isZero();
  }

  @Test
  void pendingReadGetsWhatComesLater() {
    ByteBuffer target = ByteBuffer.allocateDirect(4);
    Result read = read(server, target);
    read.assertPending();
    write(client, "xy").assertMoved(2);
    read.assertMoved(2);
    assertThat(Bytes.before(target)).isEqualTo("xy");
  }

  @Test
  void writeTakesBuffersInOrderAndAdvancesExactly() {
    ByteBuffer[] sources = Bytes.of("ab", "", "cdefg", "hij", "k");
    write(client, sources).assertMoved(WINDOW);
    assertThat(sources).extracting(ByteBuffer::remaining).containsExactly(0, 0, 0, 2, 1);
    assertThat(readText(server)).isEqualTo("abcdefgh");
    write(client, sources).assertMoved(3);
    assertThat(readText(server)).isEqualTo("ijk");
  }

  @Test
  void writeTakesEveryKindOfBuffer() {
    ByteBuffer direct = ByteBuffer.allocateDirect(4).put(Bytes.of("bb")[0]).flip();
    ByteBuffer sliced = ByteBuffer.wrap("xccx".getBytes(StandardCharsets.US_ASCII), 1, 2).slice();
    ByteBuffer readOnly = ByteBuffer.wrap(new byte[] {'a'}).asReadOnlyBuffer();
    write(client, readOnly, direct, ByteBuffer.allocate(0), sliced).assertMoved(5);
    assertThat(readText(server)).isEqualTo("abbcc");
  }

  @Test
  void writeDoesNotChangeTheContent() {
    byte[] bytes = {1, 2, 3};
    write(client, ByteBuffer.wrap(bytes)).assertMoved(3);
    assertThat(bytes).containsExactly(1, 2, 3);
  }

  @Test
  void writeOfNothingCompletesWithoutIo() {
    write(client).assertMoved(0);
    write(client, ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0)).assertMoved(0);
    server.close();
    write(client, ByteBuffer.allocate(0)).assertMoved(0);
    assertThat(client.faults().started()).isZero();
  }

  @Test
  void writeWaitsWhileTheWindowIsFullAndCompletesWithTheFirstByteAccepted() {
    write(client, "12345678").assertMoved(8);
    ByteBuffer[] more = Bytes.of("90");
    Result write = write(client, more);
    write.assertPending();
    assertThat(more[0].position()).isZero();
    read(server, ByteBuffer.allocate(1)).assertMoved(1);
    write.assertMoved(1);
    assertThat(server.inFlight(Direction.INBOUND)).isEqualTo(WINDOW);
    assertThat(readText(server)).isEqualTo("23456789");
  }

  @Test
  void readAndWriteOfOneEndDoNotDisturbEachOther() {
    ByteBuffer target = ByteBuffer.allocate(4);
    Result read = read(client, target);
    write(client, "12345678").assertMoved(8);
    Result write = write(client, "9");
    read.assertPending();
    write(server, "s").assertMoved(1);
    read.assertMoved(1);
    write.assertPending();
    assertThat(client.outstanding()).containsExactly(IoKind.WRITE);
    readText(server);
    write.assertMoved(1);
  }

  @Test
  void secondReadThrowsAndChangesNothing() {
    ByteBuffer target = ByteBuffer.allocate(4);
    Result read = read(server, target);
    assertThatThrownBy(() -> server.asyncReadSome(ByteBuffer.allocate(1), new Result()))
        .isInstanceOf(ReadPendingException.class)
        .hasMessageContaining("asyncReadSome");
    assertThatThrownBy(() -> server.asyncWait(WaitType.READ, new Result()))
        .isInstanceOf(ReadPendingException.class);
    write(client, "a").assertMoved(1);
    read.assertMoved(1);
  }

  @Test
  void readDuringWaitThrowsAndNamesTheWait() {
    Result wait = await(server);
    assertThatThrownBy(() -> server.asyncReadSome(ByteBuffer.allocate(1), new Result()))
        .isInstanceOf(ReadPendingException.class)
        .hasMessageContaining("asyncWait");
    write(client, "a").assertMoved(1);
    wait.assertMoved(0);
  }

  @Test
  void secondWriteThrowsAndChangesNothing() {
    write(client, "12345678").assertMoved(8);
    Result write = write(client, "9");
    assertThatThrownBy(() -> client.asyncWriteSome(Bytes.of("x"), new Result()))
        .isInstanceOf(WritePendingException.class)
        .hasMessageContaining("asyncWriteSome");
    readText(server);
    write.assertMoved(1);
    assertThat(readText(server)).isEqualTo("9");
  }

  @Test
  void operationStaysOutstandingUntilItsHandlerRuns() {
    Result first = new Result();
    client.asyncWriteSome(Bytes.of("a"), first);
    assertThatThrownBy(() -> client.asyncWriteSome(Bytes.of("b"), new Result()))
        .isInstanceOf(WritePendingException.class);
    executor.runUntilIdle();
    first.assertMoved(1);
    write(client, "b").assertMoved(1);
  }

  @Test
  void handlerMayStartTheNextOperation() {
    ByteBuffer target = ByteBuffer.allocate(1);
    Result second = new Result();
    calling.call(
        executor,
        () ->
            server.asyncReadSome(
                target, (error, bytes) -> server.asyncReadSome(target.clear(), second)));
    write(client, "ab").assertMoved(2);
    second.assertMoved(1);
    assertThat(Bytes.before(target)).isEqualTo("b");
  }

  @Test
  void misuseThrowsFromTheCall() {
    ByteBuffer readOnly = ByteBuffer.allocate(4).asReadOnlyBuffer();
    assertThatThrownBy(() -> client.asyncReadSome(readOnly, new Result()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.asyncReadSome(null, new Result()))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> client.asyncReadSome(ByteBuffer.allocate(1), (Result) null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> client.asyncWriteSome(null, new Result()))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> client.asyncWriteSome(new ByteBuffer[1], new Result()))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> client.asyncWriteSome(Bytes.of("a"), (Result) null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> client.asyncWait(null, new Result()))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> client.asyncWait(WaitType.READ, (Result) null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> client.asyncTeardown(null, new Result()))
        .isInstanceOf(NullPointerException.class);
    assertThat(client.outstanding()).isEmpty();
    assertThat(executor.pendingTasks()).isZero();
  }

  @Test
  void everythingWrittenIsDeliveredBeforeTheEndWhichStays() {
    write(client, "last").assertMoved(4);
    client.close();
    assertThat(readText(server)).isEqualTo("last");
    read(server, ByteBuffer.allocate(1)).assertFailed(StreamError.EOF);
    read(server, ByteBuffer.allocate(1)).assertFailed(StreamError.EOF);
  }

  @Test
  void pendingReadEndsWithThePeersEnd() {
    Result read = read(server, ByteBuffer.allocate(1));
    client.shutdownOutput();
    executor.runUntilIdle();
    assertThat(read.assertFailed(StreamError.EOF)).hasMessageContaining("in-memory server of pipe");
  }

  @Test
  void halfClosedStreamStillReceives() {
    client.shutdownOutput();
    client.shutdownOutput();
    write(client, "x").assertFailed(StreamError.CLOSED);
    read(server, ByteBuffer.allocate(1)).assertFailed(StreamError.EOF);
    write(server, "reply").assertMoved(5);
    assertThat(readText(client)).isEqualTo("reply");
    assertThat(client.isOpen()).isTrue();
  }

  @Test
  void halfCloseDuringWriteIsMisuse() {
    write(client, "12345678").assertMoved(8);
    Result write = write(client, "9");
    assertThatThrownBy(client::shutdownOutput).isInstanceOf(WritePendingException.class);
    readText(server);
    write.assertMoved(1);
  }

  @Test
  void resetEndsPendingAndLaterOperationsOfThePeerAndLosesWhatIsOnItsWay() {
    Result read = read(server, ByteBuffer.allocate(4));
    write(server, "12345678").assertMoved(8);
    Result write = write(server, "9");
    client.reset();
    executor.runUntilIdle();
    read.assertFailed(StreamError.RESET);
    write.assertFailed(StreamError.RESET);
    read(server, ByteBuffer.allocate(1)).assertFailed(StreamError.RESET);
    write(server, "x").assertFailed(StreamError.RESET);
    await(server).assertMoved(0);
  }

  @Test
  void resetLosesWhatWasNotRead() {
    write(client, "abc").assertMoved(3);
    client.reset();
    read(server, ByteBuffer.allocate(4)).assertFailed(StreamError.RESET);
  }

  @Test
  void endThatWasSeenSurvivesAReset() {
    client.shutdownOutput();
    read(server, ByteBuffer.allocate(1)).assertFailed(StreamError.EOF);
    client.reset();
    read(server, ByteBuffer.allocate(1)).assertFailed(StreamError.EOF);
  }

  @Test
  void writeFailsOnceThePeerIsGone() {
    write(client, "12345678").assertMoved(8);
    Result write = write(client, "9");
    server.close();
    executor.runUntilIdle();
    write.assertFailed(StreamError.RESET);
    write(client, "x").assertFailed(StreamError.RESET);
  }

  @Test
  void waitCompletesWhenAReadWouldMakeProgressAndNotBefore() {
    Result wait = await(server);
    wait.assertPending();
    write(client, "a").assertMoved(1);
    wait.assertMoved(0);
    await(server).assertMoved(0);
    assertThat(readText(server)).isEqualTo("a");
    Result again = await(server);
    again.assertPending();
    client.close();
    executor.runUntilIdle();
    again.assertMoved(0);
    read(server, ByteBuffer.allocate(1)).assertFailed(StreamError.EOF);
  }

  @Test
  void windowOfOneByteCarriesAnythingBothWaysAtOnce() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    for (int window : new int[] {1, 2, 3, 7, 64}) {
      connect(InMemoryPipe.builder(executor).windowBytes(window));
      Transfer there = new Transfer(client, server, 2_000, new Random(seed));
      Transfer back = new Transfer(server, client, 2_000, new Random(seed + 1));
      there.start();
      back.start();
      executor.runUntilIdle(100_000);
      there.assertComplete();
      back.assertComplete();
    }
  }

  @Test
  void memoryStaysWithinTheWindow() {
    Result write = write(client, ByteBuffer.allocate(1_000));
    write.assertMoved(WINDOW);
    write(client, ByteBuffer.allocate(1_000)).assertPending();
    assertThat(client.inFlight(Direction.OUTBOUND)).isEqualTo(WINDOW);
  }

  @Test
  void namesItself() {
    assertThat(client).hasToString("in-memory client of pipe");
    assertThat(client.layer(InMemoryStream.class)).isSameAs(client);
    assertThat(client.layer(AutoCloseable.class)).isSameAs(client);
    assertThat(client.layer(String.class)).isNull();
  }
}
