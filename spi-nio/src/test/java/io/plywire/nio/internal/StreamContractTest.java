// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static io.plywire.nio.internal.Rig.assertPattern;
import static io.plywire.nio.internal.Rig.pattern;
import static io.plywire.nio.internal.Rig.read;
import static io.plywire.nio.internal.Rig.readFully;
import static io.plywire.nio.internal.Rig.runOnLoop;
import static io.plywire.nio.internal.Rig.settle;
import static io.plywire.nio.internal.Rig.write;
import static io.plywire.nio.internal.Rig.writeFully;
import static io.plywire.stream.CompletionToken.useBlocking;
import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.nio.internal.Rig.Pair;
import io.plywire.nio.internal.Rig.Plain;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.WaitType;
import io.plywire.stream.WritePendingException;
import io.plywire.transport.PeerAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of {@link AsyncStream}, by its numbers, over each wire. */
@ParameterizedClass
@EnumSource(Wire.class)
@Timeout(120)
@SuppressWarnings("try") // closing early is what is tested
class StreamContractTest {
  @Parameter Wire wire;

  private final Rig rig = new Rig(1);

  @AfterEach
  void nothingIsLeft() {
    rig.close();
  }

  // ---------------------------------------------------------------- N1

  @Test
  void n1ReadMovesThePositionByWhatWasReadAndTouchesNothingElse() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      plain.peer().write(pattern(ByteBuffer.allocate(5), 0));
      for (ByteBuffer whole : List.of(ByteBuffer.allocate(20), ByteBuffer.allocateDirect(20))) {
        for (int i = 0; i < 20; i++) {
          whole.put(i, (byte) 99);
        }
        whole.position(3).limit(15);
        assertThat(read(plain.stream(), whole).awaitBytes()).isEqualTo(5);
        assertThat(whole.position()).isEqualTo(8);
        assertThat(whole.limit()).isEqualTo(15);
        whole.clear();
        for (int i = 0; i < 20; i++) {
          assertThat(whole.get(i)).isEqualTo(i >= 3 && i < 8 ? Rig.at(i - 3) : 99);
        }
        plain.peer().write(pattern(ByteBuffer.allocate(5), 0));
      }
    }
  }

  @Test
  void n1ReadWithoutRoomDoesNoIo() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      assertThat(read(plain.stream(), ByteBuffer.allocate(0)).awaitBytes()).isZero();
      plain.peer().write(pattern(ByteBuffer.allocate(1), 7));
      assertThat(read(plain.stream(), ByteBuffer.allocate(0)).awaitBytes()).isZero();
      ByteBuffer one = ByteBuffer.allocate(1);
      assertThat(read(plain.stream(), one).awaitBytes()).isEqualTo(1);
      assertPattern(one.flip(), 7);
    }
  }

  @Test
  void n1ManySmallReadsGetAllBytesInOrder() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      plain.peer().write(pattern(ByteBuffer.allocate(1000), 0));
      ByteBuffer all = ByteBuffer.allocate(1000);
      for (int room = 1; all.hasRemaining(); room = room % 7 + 1) {
        all.limit(Math.min(1000, all.position() + room));
        long n = read(plain.stream(), all).awaitBytes();
        assertThat(n).isBetween(1L, (long) room);
        all.limit(1000);
      }
      assertPattern(all.flip(), 0);
    }
  }

  @Test
  void n1ReadOnlyTargetIsRefusedByTheCall() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      ByteBuffer target = ByteBuffer.allocate(1).asReadOnlyBuffer();
      assertThatThrownBy(() -> read(plain.stream(), target))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> plain.stream().asyncReadSome(null, new Outcome<Void>()))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> plain.stream().asyncReadSome(target, (IoHandler) null))
          .isInstanceOf(NullPointerException.class);
      plain.peer().write(ByteBuffer.allocate(1));
      assertThat(read(plain.stream(), ByteBuffer.allocate(1)).awaitBytes()).isEqualTo(1);
    }
  }

  // ---------------------------------------------------------------- N2

  @Test
  void n2EveryKindOfBufferIsWrittenAndNoneIsChanged() throws Exception {
    try (Pair pair = rig.pair(wire)) {
      for (int size : new int[] {10, 5_000, 100_000, 300_000}) {
        ByteBuffer slice = pattern(ByteBuffer.allocate(size + 9), 0).position(9).slice();
        ByteBuffer readOnly = pattern(ByteBuffer.allocate(size), size).asReadOnlyBuffer();
        ByteBuffer direct = pattern(ByteBuffer.allocateDirect(size), 2 * size);
        ByteBuffer[] sources = {
          pattern(slice, 0),
          ByteBuffer.allocate(0),
          readOnly,
          ByteBuffer.allocateDirect(0),
          direct,
          pattern(ByteBuffer.allocateDirect(size), 3 * size).asReadOnlyBuffer()
        };
        ByteBuffer target = ByteBuffer.allocate(4 * size);
        Thread reader = new Thread(() -> readFully(pair.server(), target));
        reader.start();
        writeFully(pair.client(), sources);
        reader.join();
        assertPattern(target.flip(), 0);
        int from = 0;
        for (ByteBuffer source : sources) {
          assertThat(source.hasRemaining()).isFalse();
          assertPattern(source.flip(), from);
          from += source.limit();
        }
      }
    }
  }

  @Test
  void n2LargeDirectBuffersAreGathered() throws Exception {
    try (Pair pair = rig.pair(wire)) {
      ByteBuffer small = pattern(ByteBuffer.allocate(100), 0);
      ByteBuffer[] large = new ByteBuffer[100]; // more than the loop's array has places
      for (int i = 0; i < large.length; i++) {
        large[i] = pattern(ByteBuffer.allocateDirect(500), 100 + 500 * i);
      }
      ByteBuffer[] last = {
        pattern(ByteBuffer.allocateDirect(14), 50_100),
        pattern(ByteBuffer.allocateDirect(30_000), 50_114)
      };
      ByteBuffer target = ByteBuffer.allocate(80_114);
      Thread reader = new Thread(() -> readFully(pair.server(), target));
      reader.start();
      // The large ones find the small ones of the same turn still waiting.
      Outcome<Void> writes = new Outcome<>();
      List<ByteBuffer[]> all = new ArrayList<>(List.of(new ByteBuffer[] {small}, large, last));
      IoHandler next =
          new IoHandler() {
            @Override
            public void completed(@Nullable IOException error, long bytes) {
              while (!all.isEmpty() && Rig.remaining(all.get(0)) == 0) {
                all.remove(0);
              }
              if (error != null || all.isEmpty()) {
                writes.completed(error, bytes);
              } else {
                pair.client().asyncWriteSome(all.get(0), this);
              }
            }
          };
      runOnLoop(rig.loop(), () -> next.completed(null, 0));
      writes.awaitBytes();
      reader.join();
      assertPattern(target.flip(), 0);
    }
  }

  @Test
  void n2EmptyWriteDoesNoIo() throws Exception {
    try (Pair pair = rig.pair(wire)) {
      assertThat(write(pair.client()).awaitBytes()).isZero();
      assertThat(write(pair.client(), ByteBuffer.allocate(0)).awaitBytes()).isZero();
    }
  }

  @Test
  void n2PositionsAdvanceByTheCountInTheOrderOfTheArray() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      ByteBuffer[] sources = {
        pattern(ByteBuffer.allocate(3_000_000), 0),
        pattern(ByteBuffer.allocateDirect(3_000_000), 3_000_000)
      };
      long total = 0;
      while (true) { // until the peer's window and our own are full
        Outcome<Void> outcome = new Outcome<Void>().inline();
        runOnLoop(rig.loop(), () -> plain.stream().asyncWriteSome(sources, outcome));
        if (!outcome.isDone()) {
          plain.stream().close();
          assertThat(outcome.awaitError(StreamError.ABORTED)).isNotNull();
          assertThat(outcome.bytes).isZero();
          break;
        }
        total += outcome.awaitBytes();
        assertThat(sources[0].position()).isEqualTo((int) Math.min(total, 3_000_000));
        assertThat(sources[1].position()).isEqualTo((int) Math.max(total - 3_000_000, 0));
      }
      assertThat(Rig.remaining(sources)).isEqualTo(6_000_000 - total);
    }
  }

  // ---------------------------------------------------------------- N3

  @Test
  void n3SecondOperationOfAKindThrowsFromTheCallAndChangesNothing() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      NioStream stream = plain.stream();
      Outcome<Void> reading = read(stream, ByteBuffer.allocate(10));
      assertThatThrownBy(() -> read(stream, ByteBuffer.allocate(1)))
          .isInstanceOf(ReadPendingException.class)
          .hasMessageContaining("asyncReadSome");
      assertThatThrownBy(() -> stream.asyncWait(WaitType.READ, new Outcome<Void>()))
          .isInstanceOf(ReadPendingException.class);

      Outcome<Void> writing = blockWrites(stream);
      assertThatThrownBy(() -> write(stream, ByteBuffer.allocate(1)))
          .isInstanceOf(WritePendingException.class)
          .hasMessageContaining("asyncWriteSome");
      assertThatThrownBy(() -> stream.asyncTeardown(Role.CLIENT, new Outcome<Void>()))
          .isInstanceOf(WritePendingException.class);
      assertThat(stream.isOpen()).isTrue();

      assertThat(reading.isDone()).isFalse();
      plain.peer().write(ByteBuffer.allocate(4));
      assertThat(reading.awaitBytes()).isEqualTo(4);
      assertThat(writing.isDone()).isFalse();
      drainUntil(plain.peer(), writing);
      assertThat(writing.awaitBytes()).isPositive();
    }
  }

  @Test
  void n3HandlerMayStartTheNextOperation() throws Exception {
    try (Pair pair = rig.pair(wire)) {
      CountDownLatch rounds = new CountDownLatch(1000);
      ByteBuffer in = ByteBuffer.allocateDirect(64);
      ByteBuffer[] out = {ByteBuffer.allocateDirect(64)};
      echo(pair.server());
      IoHandler reader =
          new IoHandler() {
            @Override
            public void completed(@Nullable IOException error, long bytes) {
              rounds.countDown();
              if (error == null && rounds.getCount() > 0) {
                out[0].clear().limit((int) (rounds.getCount() % 63 + 1));
                pair.client().asyncWriteSome(out, (e, n) -> {});
                pair.client().asyncReadSome(in.clear(), this);
              }
            }
          };
      pair.client().asyncReadSome(in, reader);
      write(pair.client(), ByteBuffer.allocate(1)).awaitBytes();
      assertThat(rounds.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  // ---------------------------------------------------------------- N4

  @Test
  void n4EndOfStreamComesAfterAllBytesAndIsSticky() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      plain.peer().write(pattern(ByteBuffer.allocate(1000), 0));
      plain.peer().shutdownOutput();
      ByteBuffer all = ByteBuffer.allocate(1000);
      readFully(plain.stream(), all);
      assertPattern(all.flip(), 0);
      for (int i = 0; i < 3; i++) {
        Outcome<Void> end = read(plain.stream(), ByteBuffer.allocate(1));
        end.awaitError(StreamError.EOF);
        assertThat(end.bytes).isZero();
        Outcome<Void> wait = new Outcome<>();
        plain.stream().asyncWait(WaitType.READ, wait);
        assertThat(wait.awaitBytes()).isZero();
      }
      // the other direction still works
      writeFully(plain.stream(), pattern(ByteBuffer.allocate(100), 5));
      ByteBuffer got = ByteBuffer.allocate(100);
      readFrom(plain.peer(), got);
      assertPattern(got.flip(), 5);
      assertThat(interest(plain.stream())).isZero(); // or the loop would spin
    }
  }

  @Test
  void n4PendingReadSeesTheEnd() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      Outcome<Void> reading = read(plain.stream(), ByteBuffer.allocate(1));
      settle(rig.loop());
      plain.peer().shutdownOutput();
      reading.awaitError(StreamError.EOF);
    }
  }

  @Test
  void n4ResetEndsPendingAndLaterOperations() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      Outcome<Void> reading = read(plain.stream(), ByteBuffer.allocate(1));
      Outcome<Void> writing = blockWrites(plain.stream());
      reset(plain.peer());
      reading.awaitError(StreamError.RESET);
      writing.awaitError(StreamError.RESET);
      read(plain.stream(), ByteBuffer.allocate(1)).awaitError(StreamError.RESET);
      write(plain.stream(), ByteBuffer.allocate(1)).awaitError(StreamError.RESET);
      write(plain.stream(), ByteBuffer.allocate(100_000)).awaitError(StreamError.RESET);
      Outcome<Void> wait = new Outcome<>();
      plain.stream().asyncWait(WaitType.READ, wait);
      wait.awaitBytes();
      assertThat(plain.stream().isOpen()).isTrue();
      assertThat(interest(plain.stream())).isZero();
    }
  }

  @Test
  void n4ResetFoundByAWriteLeavesWhatArrivedReadable() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      plain.peer().write(pattern(ByteBuffer.allocate(10), 0));
      plain.peer().close();
      Outcome<Void> failed;
      do {
        failed = write(plain.stream(), ByteBuffer.allocate(20_000)).await();
        settle(rig.loop());
      } while (failed.error == null);
      failed.awaitError(StreamError.RESET);
      ByteBuffer target = ByteBuffer.allocate(10);
      readFully(plain.stream(), target);
      assertPattern(target.flip(), 0);
      read(plain.stream(), target.clear()).awaitError(StreamError.RESET);
    }
  }

  // ---------------------------------------------------------------- N5

  @Test
  void n5WaitCompletesWhenThereIsSomethingAndTakesNothing() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      Outcome<Void> wait = new Outcome<>();
      plain.stream().asyncWait(WaitType.READ, wait);
      settle(rig.loop());
      assertThat(wait.isDone()).isFalse();
      plain.peer().write(pattern(ByteBuffer.allocate(3), 0));
      assertThat(wait.awaitBytes()).isZero();
      Outcome<Void> again = new Outcome<>();
      plain.stream().asyncWait(WaitType.READ, again);
      again.awaitBytes();
      ByteBuffer target = ByteBuffer.allocate(10);
      assertThat(read(plain.stream(), target).awaitBytes()).isEqualTo(3);
      Outcome<Void> third = new Outcome<>();
      plain.stream().asyncWait(WaitType.READ, third);
      settle(rig.loop());
      assertThat(third.isDone()).isFalse();
      plain.peer().shutdownOutput();
      assertThat(third.awaitBytes()).isZero();
    }
  }

  @Test
  void n5DataThatNobodyWantsDoesNotKeepTheLoopBusy() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      assertThat(read(plain.stream(), ByteBuffer.allocate(0)).awaitBytes()).isZero();
      Outcome<Void> wait = new Outcome<>();
      plain.stream().asyncWait(WaitType.READ, wait);
      plain.peer().write(ByteBuffer.allocate(1));
      wait.awaitBytes();
      settle(rig.loop());
      assertThat(interest(plain.stream())).isZero();
      // and what is known already is told within the call
      Outcome<Void> known = new Outcome<Void>().inline();
      runOnLoop(
          rig.loop(),
          () -> {
            plain.stream().asyncWait(WaitType.READ, known);
            assertThat(known.isDone()).isTrue();
          });
    }
  }

  // ---------------------------------------------------------------- N6

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void n6ReadWaitAndWriteEndOnRequestAndTheStreamStaysUsable(CancellationType type)
      throws Exception {
    try (Plain plain = rig.plain(wire)) {
      ByteBuffer target = ByteBuffer.allocate(10);
      Outcome<Void> reading = read(plain.stream(), target);
      reading.cancel(type); // perhaps before it has reached the loop
      reading.awaitCancelled(type);
      Outcome<Void> settled = read(plain.stream(), target);
      settle(rig.loop());
      settled.cancel(type);
      settled.awaitCancelled(type);
      assertThat(target.position()).isZero();

      Outcome<Void> wait = new Outcome<>();
      plain.stream().asyncWait(WaitType.READ, wait);
      settle(rig.loop());
      wait.cancel(type);
      wait.awaitCancelled(type);

      Outcome<Void> writing = blockWrites(plain.stream());
      writing.cancel(type);
      writing.awaitCancelled(type);
      assertThat(writing.bytes).isZero();

      plain.peer().write(pattern(ByteBuffer.allocate(10), 0));
      readFully(plain.stream(), target);
      assertPattern(target.flip(), 0);
      Outcome<Void> again = write(plain.stream(), ByteBuffer.allocate(50_000));
      drainUntil(plain.peer(), again);
      again.awaitBytes();
    }
  }

  @Test
  void n6RequestForAnEarlierOperationIsIgnored() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      Outcome<Void> first = read(plain.stream(), ByteBuffer.allocate(1));
      settle(rig.loop());
      plain.peer().write(ByteBuffer.allocate(1));
      first.awaitBytes();
      Outcome<Void> second = read(plain.stream(), ByteBuffer.allocate(1));
      settle(rig.loop());
      first.cancel(CancellationType.TERMINAL);
      // as if the request had been on its way when the operation ended
      plain.stream().reads().cancel(1, CancellationType.TERMINAL);
      settle(rig.loop());
      assertThat(second.isDone()).isFalse();
      plain.peer().write(ByteBuffer.allocate(1));
      second.awaitBytes();
    }
  }

  @Test
  void n6HandlerNeverRunsInsideTheRequest() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      Outcome<Void> reading = new Outcome<Void>().inline();
      runOnLoop(
          rig.loop(),
          () -> {
            plain.stream().asyncReadSome(ByteBuffer.allocate(1), reading);
            reading.cancel(CancellationType.TERMINAL);
            assertThat(reading.isDone()).isFalse();
          });
      reading.awaitCancelled(CancellationType.TERMINAL);
    }
  }

  @Test
  void n6CancellingAFutureCancelsTheOperation() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      for (int i = 0; i < 200; i++) {
        CompletableFuture<Long> reading =
            plain.stream().asyncReadSome(ByteBuffer.allocate(1), useFuture());
        reading.cancel(true);
        assertThatThrownBy(() -> reading.get(30, TimeUnit.SECONDS))
            .isInstanceOf(CancellationException.class);
      }
      plain.peer().write(ByteBuffer.allocate(1));
      assertThat(plain.stream().asyncReadSome(ByteBuffer.allocate(1), useBlocking())).isEqualTo(1);
    }
  }

  @Test
  void n6CancelRacesWithCompletionAndTheHandlerRunsOnce() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (Plain plain = rig.plain(wire)) {
      long got = 0;
      int sent = 500;
      for (int i = 0; i < sent; i++) {
        CyclicBarrier start = new CyclicBarrier(2);
        Outcome<Void> reading = read(plain.stream(), ByteBuffer.allocate(10));
        var cancel =
            pool.submit(
                () -> {
                  start.await();
                  reading.cancel(CancellationType.TOTAL);
                  return null;
                });
        var write =
            pool.submit(
                () -> {
                  start.await();
                  return plain.peer().write(ByteBuffer.allocate(1));
                });
        cancel.get();
        write.get();
        reading.await();
        got += reading.bytes;
      }
      while (got < sent) { // nothing was lost
        got += read(plain.stream(), ByteBuffer.allocate(10)).awaitBytes();
      }
      assertThat(got).isEqualTo(sent);
    } finally {
      pool.shutdown();
    }
  }

  // ---------------------------------------------------------------- N7

  @Test
  void n7CloseAbortsWhatIsPendingAndLaterOperationsAreClosed() throws Exception {
    for (boolean onLoop : new boolean[] {false, true}) {
      try (Plain plain = rig.plain(wire)) {
        NioStream stream = plain.stream();
        Outcome<Void> reading = read(stream, ByteBuffer.allocate(1)).then(() -> {});
        Outcome<Void> writing = blockWrites(stream);
        if (onLoop) {
          runOnLoop(
              rig.loop(),
              () -> {
                stream.close();
                assertThat(reading.isDone() || writing.isDone())
                    .as("handlers run inside close")
                    .isFalse();
              });
        } else {
          stream.close();
        }
        assertThat(stream.isOpen()).isFalse();
        stream.close();
        reading.awaitError(StreamError.ABORTED);
        writing.awaitError(StreamError.ABORTED);
        read(stream, ByteBuffer.allocate(1)).awaitError(StreamError.CLOSED);
        write(stream, ByteBuffer.allocate(1)).awaitError(StreamError.CLOSED);
        Outcome<Void> wait = new Outcome<>();
        stream.asyncWait(WaitType.READ, wait);
        wait.awaitError(StreamError.CLOSED);
        Outcome<Void> teardown = new Outcome<>();
        stream.asyncTeardown(Role.SERVER, teardown);
        teardown.awaitError(StreamError.CLOSED);
        assertThat(stream.toString()).endsWith(", closed]");
      }
    }
  }

  @Test
  void n7ErrorsNameTheOperationAndTheStream() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      Outcome<Void> reading = read(plain.stream(), ByteBuffer.allocate(1));
      settle(rig.loop());
      plain.stream().close();
      reading.awaitError(StreamError.ABORTED);
      Outcome<Void> late = write(plain.stream(), ByteBuffer.allocate(1));
      late.awaitError(StreamError.CLOSED);
      assertThat(reading.error).hasMessageContaining("asyncReadSome").hasMessageContaining("nio[");
      assertThat(late.error).hasMessageContaining("asyncWriteSome").hasMessageContaining("nio[");
    }
  }

  @Test
  void n7OperationInitiatedBeforeCloseIsAborted() throws Exception {
    for (int i = 0; i < 100; i++) {
      try (Plain plain = rig.plain(wire)) {
        Outcome<Void> reading = read(plain.stream(), ByteBuffer.allocate(1));
        plain.stream().close();
        reading.awaitError(StreamError.ABORTED);
      }
    }
  }

  @Test
  void n7CloseFromManyThreadsAtOnce() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      for (int i = 0; i < 50; i++) {
        try (Plain plain = rig.plain(wire)) {
          Outcome<Void> reading = read(plain.stream(), ByteBuffer.allocate(1));
          CyclicBarrier start = new CyclicBarrier(4);
          List<CompletableFuture<Void>> closers = new ArrayList<>();
          for (int t = 0; t < 4; t++) {
            closers.add(
                CompletableFuture.runAsync(
                    () -> {
                      try {
                        start.await();
                      } catch (Exception e) {
                        throw new AssertionError(e);
                      }
                      plain.stream().close();
                    },
                    pool));
          }
          CompletableFuture.allOf(closers.toArray(CompletableFuture[]::new)).get();
          reading.awaitError(StreamError.ABORTED);
        }
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void n7CloseStillSendsWhatWasAccepted() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      runOnLoop(
          rig.loop(),
          () -> {
            write(plain.stream(), pattern(ByteBuffer.allocate(100), 0));
            plain.stream().close();
          });
      ByteBuffer got = ByteBuffer.allocate(200);
      while (plain.peer().read(got) >= 0) {}
      assertThat(got.position()).isEqualTo(100);
      assertPattern(got.flip(), 0);
    }
  }

  // ---------------------------------------------------------------- N9

  @Test
  void n9HandlersRunOnTheLoopAndNeverInsideTheCall() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      Outcome<Void> outside = write(plain.stream(), ByteBuffer.allocate(1)).await();
      Thread loopThread = Rig.onLoop(rig.loop(), Thread::currentThread);
      assertThat(outside.thread).isSameAs(loopThread);
      Outcome<Void> inside = new Outcome<>();
      Outcome<Void> insideRead = new Outcome<>();
      plain.peer().write(ByteBuffer.allocate(1));
      settle(rig.loop());
      runOnLoop(
          rig.loop(),
          () -> {
            plain.stream().asyncWriteSome(new ByteBuffer[] {ByteBuffer.allocate(1)}, inside);
            plain.stream().asyncReadSome(ByteBuffer.allocate(1), insideRead);
            assertThat(inside.isDone() || insideRead.isDone()).isFalse();
          });
      assertThat(inside.await().thread).isSameAs(loopThread);
      assertThat(insideRead.await().thread).isSameAs(loopThread);
    }
  }

  @Test
  void n9HandlersExecutorIsRespected() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor(r -> new Thread(r, "mine"));
    try (Plain plain = rig.plain(wire)) {
      Outcome<Void> writing = new Outcome<Void>().on(pool);
      plain.stream().asyncWriteSome(new ByteBuffer[] {ByteBuffer.allocate(1)}, writing);
      assertThat(writing.await().thread.getName()).isEqualTo("mine");
      Outcome<Void> reading = new Outcome<Void>().on(pool);
      Outcome<Void> second = new Outcome<Void>().on(pool);
      reading.then(() -> plain.stream().asyncReadSome(ByteBuffer.allocate(1), second));
      plain.stream().asyncReadSome(ByteBuffer.allocate(1), reading);
      settle(rig.loop());
      plain.peer().write(ByteBuffer.allocate(2));
      assertThat(reading.await().thread.getName()).isEqualTo("mine");
      assertThat(second.await().thread.getName()).isEqualTo("mine");
      Outcome<Void> pending = new Outcome<Void>().on(pool);
      plain.stream().asyncReadSome(ByteBuffer.allocate(1), pending);
      plain.stream().close();
      pending.awaitError(StreamError.ABORTED);
      assertThat(pending.thread.getName()).isEqualTo("mine");
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void n9InlineImmediateExecutorRunsInsideTheCall() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      plain.peer().write(ByteBuffer.allocate(2));
      settle(rig.loop());
      runOnLoop(
          rig.loop(),
          () -> {
            Outcome<Void> writing = new Outcome<Void>().inline();
            plain.stream().asyncWriteSome(new ByteBuffer[] {ByteBuffer.allocate(1)}, writing);
            assertThat(writing.isDone()).isTrue();
            Outcome<Void> reading = new Outcome<Void>().inline();
            plain.stream().asyncReadSome(ByteBuffer.allocate(1), reading);
            assertThat(reading.isDone()).isTrue();
          });
    }
  }

  @Test
  void n9MillionImmediateCompletionsDoNotGrowTheStack() throws Exception {
    try (Pair pair = rig.pair(wire)) {
      echoDiscard(pair.server());
      ByteBuffer[] one = {ByteBuffer.allocateDirect(1)};
      int rounds = 1_000_000;
      Outcome<Void> end = new Outcome<>();
      int[] left = {rounds};
      int[] deepest = {0};
      IoHandler handler =
          new IoHandler() {
            @Override
            public void completed(@Nullable IOException error, long bytes) {
              if (left[0] % 100_000 == 0) {
                deepest[0] = Math.max(deepest[0], new Throwable().getStackTrace().length);
              }
              if (error != null || left[0]-- == 0) {
                end.completed(error, bytes);
              } else if (wire.options.toString().contains("COALESCE=true")) {
                pair.client().asyncWriteSome(new ByteBuffer[] {one[0].clear()}, this);
              } else {
                pair.client().asyncReadSome(one[0].position(1), this); // no room: at once
              }
            }
          };
      runOnLoop(rig.loop(), () -> handler.completed(null, 0));
      end.awaitBytes();
      assertThat(deepest[0]).isLessThan(60);
    }
  }

  @Test
  void n9BlockingCallsWorkFromOutside() throws Exception {
    try (Pair pair = rig.pair(wire)) {
      pair.client().asyncWriteSome(new ByteBuffer[] {ByteBuffer.allocate(9)}, useBlocking());
      pair.server().asyncWait(WaitType.READ, useBlocking());
      assertThat(pair.server().asyncReadSome(ByteBuffer.allocate(20), useBlocking())).isEqualTo(9);
      pair.client().close();
      assertThatThrownBy(() -> pair.server().asyncReadSome(ByteBuffer.allocate(20), useBlocking()))
          .isInstanceOfSatisfying(
              StreamException.class, e -> assertThat(e.error()).isEqualTo(StreamError.EOF));
    }
  }

  @Test
  void n9HandlerThatThrowsEndsItsStreamAndNothingElse() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      plain.stream()
          .asyncReadSome(
              ByteBuffer.allocate(1),
              (error, n) -> {
                throw new IllegalStateException("thrown by a test");
              });
      settle(rig.loop());
      plain.peer().write(ByteBuffer.allocate(1));
      assertThat(plain.peer().read(ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(plain.stream().isOpen()).isFalse();
    }
    try (Plain other = rig.plain(wire)) {
      other.peer().write(ByteBuffer.allocate(1));
      assertThat(read(other.stream(), ByteBuffer.allocate(1)).awaitBytes()).isEqualTo(1);
    }
  }

  // ---------------------------------------------------------------- N10

  @Test
  void n10LayerAndText() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      PeerAddress info = plain.stream().layer(PeerAddress.class);
      assertThat(info).isNotNull();
      SocketAddress remote = info.remoteAddress();
      assertThat(info.localAddress()).isEqualTo(plain.peer().getRemoteAddress());
      assertThat(plain.stream().layer(String.class)).isNull();
      assertThat(plain.stream().layer(AsyncStream.class)).isSameAs(plain.stream());
      assertThat(plain.stream().toString()).startsWith(wire.tcp ? "nio[tcp /" : "nio[unix /");
      plain.stream().close();
      settle(rig.loop());
      assertThat(info.remoteAddress()).isEqualTo(remote);
    }
  }

  // ---------------------------------------------------------------- N11

  @Test
  void n11PeerThatDoesNotReadMakesWritesWaitAndMemoryStaysBounded() throws Exception {
    for (int size : new int[] {100, 50_000}) {
      for (boolean direct : new boolean[] {true, false}) {
        try (Plain plain = rig.plain(wire)) {
          ByteBuffer source = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
          long[] accepted = {0};
          Outcome<Void> last = null;
          while (last == null) {
            last =
                Rig.onLoop(
                    rig.loop(),
                    () -> {
                      for (int i = 0; i < 1000; i++) {
                        Outcome<Void> attempt = new Outcome<Void>().inline();
                        ByteBuffer[] sources = {pattern(source.clear(), 0)};
                        plain.stream().asyncWriteSome(sources, attempt);
                        if (!attempt.isDone()) {
                          return attempt;
                        }
                        accepted[0] += attempt.awaitBytes();
                      }
                      return null;
                    });
            settle(rig.loop());
            last = last != null && last.isDone() ? null : last;
          }
          assertThat(source.position()).as("a write that waits took nothing").isZero();
          assertThat(plain.stream().writes().heldBytes())
              .isLessThanOrEqualTo(OutBuffer.WINDOW_BYTES);
          assertThat(accepted[0]).isLessThan(64L * 1024 * 1024);
          drainUntil(plain.peer(), last);
          last.awaitBytes();
        }
      }
    }
  }

  /** Else each peer that does not read costs the whole window, whatever small things it is sent. */
  @Test
  void whatAPeerDoesNotTakeIsNotCollectedAnyFurther() throws Exception {
    try (Plain plain = rig.plain(wire)) {
      Outcome<Void> last = null;
      while (last == null) {
        Outcome<Void> attempt = write(plain.stream(), pattern(ByteBuffer.allocate(1000), 0));
        settle(rig.loop());
        settle(rig.loop()); // the end of the turn before has been as well
        last = attempt.isDone() ? null : attempt;
      }
      assertThat(Rig.onLoop(rig.loop(), plain.stream().writes()::heldBytes))
          .isLessThanOrEqualTo(1000);
      drainUntil(plain.peer(), last);
      last.awaitBytes();
    }
  }

  // ---------------------------------------------------------------- N12

  @Test
  void n12NothingRemainsAfterClose() throws Exception {
    try (Plain plain = rig.plain(wire);
        Plain ending = rig.plain(wire)) {
      Outcome<Void> reading = read(plain.stream(), ByteBuffer.allocate(1));
      Outcome<Void> writing = blockWrites(plain.stream());
      Outcome<Void> teardown = new Outcome<>();
      ending.stream().asyncTeardown(Role.CLIENT, teardown);
      settle(rig.loop());
      plain.stream().close();
      ending.stream().close();
      reading.awaitError(StreamError.ABORTED);
      writing.awaitError(StreamError.ABORTED);
      teardown.awaitError(StreamError.ABORTED);
      settle(rig.loop());
      assertThat(Rig.onLoop(rig.loop(), rig.loop()::memberCount)).isZero();
      assertThat(Rig.onLoop(rig.loop(), rig.loop()::timerCount)).isZero();
      assertThat(Rig.onLoop(rig.loop(), () -> rig.loop().selector().keys().size())).isZero();
      assertThat(plain.stream().channel().isOpen()).isFalse();
      assertThat(ending.stream().channel().isOpen()).isFalse();
      assertThat(plain.stream().writes().heldBytes()).isZero();
    }
  }

  // ---------------------------------------------------------------- help

  /** Writes until a write has to wait, and returns that one. */
  private Outcome<Void> blockWrites(NioStream stream) {
    while (true) {
      Outcome<Void> attempt = new Outcome<Void>().inline();
      ByteBuffer[] sources = {ByteBuffer.allocateDirect(50_000)};
      runOnLoop(rig.loop(), () -> stream.asyncWriteSome(sources, attempt));
      settle(rig.loop());
      if (!attempt.isDone()) {
        return attempt;
      }
      attempt.awaitBytes();
    }
  }

  /** Reads from a plain socket until a write of the other side has completed. */
  private static void drainUntil(SocketChannel peer, Outcome<?> outcome) throws IOException {
    ByteBuffer sink = ByteBuffer.allocate(100_000);
    peer.configureBlocking(false);
    while (!outcome.isDone()) {
      if (peer.read(sink.clear()) == 0) {
        Thread.onSpinWait();
      }
    }
    peer.configureBlocking(true);
  }

  private static void readFrom(SocketChannel peer, ByteBuffer target) throws IOException {
    while (target.hasRemaining() && peer.read(target) >= 0) {}
  }

  /** Breaks the connection off. */
  private void reset(SocketChannel peer) throws IOException {
    if (wire.tcp) {
      peer.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
    peer.close(); // with bytes unread, which makes it a reset
  }

  private int interest(NioStream stream) {
    return Rig.onLoop(
            rig.loop(), () -> stream.channel().keyFor(rig.loop().selector()).interestOps())
        & (SelectionKey.OP_READ | SelectionKey.OP_WRITE);
  }

  /** Sends back whatever comes. */
  private static void echo(NioStream stream) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(64);
    ByteBuffer[] out = {buffer};
    stream.asyncReadSome(
        buffer,
        new IoHandler() {
          @Override
          public void completed(@Nullable IOException error, long bytes) {
            if (error == null) {
              buffer.flip();
              stream.asyncWriteSome(
                  out,
                  (e, n) -> {
                    if (e == null) {
                      stream.asyncReadSome(buffer.clear(), this);
                    }
                  });
            }
          }
        });
  }

  /** Throws away whatever comes. */
  private static void echoDiscard(NioStream stream) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
    stream.asyncReadSome(
        buffer,
        new IoHandler() {
          @Override
          public void completed(@Nullable IOException error, long bytes) {
            if (error == null) {
              stream.asyncReadSome(buffer.clear(), this);
            }
          }

          @Override
          public InlineExecutor immediateExecutor() {
            return InlineExecutor.instance();
          }
        });
  }
}
