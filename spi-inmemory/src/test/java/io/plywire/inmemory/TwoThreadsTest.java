// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ends on two real threads, and initiating calls from others. */
@Timeout(120)
class TwoThreadsTest {
  private static final int ROUNDS = 2_000;

  private final InMemoryLoop clientLoop = new InMemoryLoop("client");
  private final InMemoryLoop serverLoop = new InMemoryLoop("server");
  private final long seed = System.nanoTime();

  @AfterEach
  void close() {
    clientLoop.close();
    serverLoop.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 1_000, 65_536})
  void bytesArriveUnharmedBothWays(int window) throws InterruptedException {
    System.out.println("seed " + seed);
    long total = window < 10 ? 20_000 : 5_000_000;
    InMemoryPipe pipe =
        InMemoryPipe.builder(clientLoop, serverLoop).windowBytes(window, 3 * window).build();
    Transfer there = new Transfer(pipe.client(), pipe.server(), total, new Random(seed));
    Transfer back = new Transfer(pipe.server(), pipe.client(), total, new Random(~seed));
    there.start();
    back.start();
    there.awaitComplete();
    back.awaitComplete();
  }

  @Test
  void blockingCallsWorkFromOtherThreads() throws IOException {
    InMemoryPipe pipe = InMemoryPipe.create(clientLoop, serverLoop);
    ByteBuffer target = ByteBuffer.allocate(8);
    assertThat(pipe.client().asyncWriteSome(Bytes.of("hello"), CompletionToken.useBlocking()))
        .isEqualTo(5);
    assertThat(pipe.server().asyncReadSome(target, CompletionToken.useBlocking())).isEqualTo(5);
    assertThat(Bytes.before(target)).isEqualTo("hello");
    CompletableFuture<Void> server =
        pipe.server().asyncTeardown(Role.SERVER, CompletionToken.useFuture());
    pipe.client().asyncTeardown(Role.CLIENT, CompletionToken.useBlocking());
    server.join();
  }

  @Test
  void interruptingABlockedReadCancelsIt() throws Exception {
    InMemoryPipe pipe = InMemoryPipe.create(clientLoop);
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                pipe.client().asyncReadSome(ByteBuffer.allocate(1), CompletionToken.useBlocking());
              } catch (Throwable e) {
                failure.complete(e);
              }
            });
    reader.start();
    while (pipe.client().outstanding().isEmpty()) {
      Thread.onSpinWait();
    }
    reader.interrupt();
    assertThat(failure.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedIOException.class);
  }

  /** Close, cancel and data race for one read; whoever wins, the handler runs once. */
  @Test
  void everyHandlerRunsOnceWhenEverythingHappensAtOnce() throws Exception {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    CyclicBarrier barrier = new CyclicBarrier(3);
    AtomicInteger[] outcomes = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
    for (int round = 0; round < ROUNDS; round++) {
      InMemoryPipe pipe = InMemoryPipe.builder(clientLoop, serverLoop).windowBytes(1).build();
      CancellationSignal signal = new CancellationSignal();
      CompletableFuture<@Nullable IOException> read = new CompletableFuture<>();
      CompletableFuture<@Nullable IOException> write = new CompletableFuture<>();
      ByteBuffer target = ByteBuffer.allocate(4);
      CancellationType type = CancellationType.values()[random.nextInt(3)];
      boolean closes = random.nextBoolean();
      Thread canceller = new Thread(() -> race(barrier, () -> signal.emit(type)));
      Thread closer =
          new Thread(() -> race(barrier, closes ? pipe.server()::close : pipe.server()::reset));
      canceller.start();
      closer.start();
      boolean early = random.nextBoolean();
      if (early) {
        await(barrier);
      }
      pipe.server()
          .asyncReadSome(
              target,
              IoHandler.bindCancellationSlot(signal.slot(), (error, bytes) -> once(read, error)));
      if (!early) {
        await(barrier);
      }
      pipe.client().asyncWriteSome(Bytes.of("abc"), (error, bytes) -> once(write, error));
      IOException readError = read.get(30, TimeUnit.SECONDS);
      IOException writeError = write.get(30, TimeUnit.SECONDS);
      canceller.join();
      closer.join();
      if (readError == null) {
        assertThat(target.position()).isEqualTo(1);
        outcomes[0].incrementAndGet();
      } else {
        StreamError code = ((StreamException) readError).error();
        assertThat(code).isIn(StreamError.ABORTED, StreamError.CLOSED);
        assertThat(target.position()).isZero();
        outcomes[code == StreamError.ABORTED ? 1 : 2].incrementAndGet();
      }
      if (writeError != null) {
        assertThat(((StreamException) writeError).error()).isEqualTo(StreamError.RESET);
      }
    }
    System.out.println("read, aborted, closed: " + Arrays.toString(outcomes));
  }

  @Test
  void goodbyesThatCrossEndInOrder() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      InMemoryPipe pipe = InMemoryPipe.create(clientLoop, serverLoop);
      CompletableFuture<@Nullable IOException> client = new CompletableFuture<>();
      CompletableFuture<@Nullable IOException> server = new CompletableFuture<>();
      pipe.client().asyncTeardown(Role.CLIENT, (error, bytes) -> once(client, error));
      pipe.server().asyncTeardown(Role.SERVER, (error, bytes) -> once(server, error));
      assertThat(client.get(30, TimeUnit.SECONDS)).isNull();
      assertThat(server.get(30, TimeUnit.SECONDS)).isNull();
    }
  }

  @Test
  void gatesAreReleasedFromOtherThreads() throws Exception {
    InMemoryPipe pipe = InMemoryPipe.create(clientLoop, serverLoop);
    for (int round = 0; round < ROUNDS; round++) {
      Gate gate = pipe.client().faults().hold(IoKind.WRITE, round);
      CompletableFuture<@Nullable IOException> write = new CompletableFuture<>();
      pipe.client().asyncWriteSome(Bytes.of("a"), (error, bytes) -> once(write, error));
      gate.release();
      assertThat(write.get(30, TimeUnit.SECONDS)).isNull();
    }
  }

  private static void once(
      CompletableFuture<@Nullable IOException> future, @Nullable IOException error) {
    if (!future.complete(error)) {
      throw new AssertionError("the handler ran twice");
    }
  }

  private static void race(CyclicBarrier barrier, Runnable action) {
    await(barrier);
    action.run();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
