// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.operations;

import static io.plywire.stream.CompletionToken.deferred;
import static io.plywire.stream.CompletionToken.useBlocking;
import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.CancellationType;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Deferred;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Recorded;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The styles of one operation, here a read of a pipe. */
@Timeout(30)
class CompletionTokensTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final InMemoryPipe pipe = InMemoryPipe.create(executor);

  private void write(String text) {
    pipe.client()
        .asyncWriteSome(new ByteBuffer[] {ByteBuffer.wrap(text.getBytes())}, (error, bytes) -> {});
  }

  @Test
  void futureCompletesWithTheResult() {
    CompletableFuture<Long> read = pipe.server().asyncReadSome(ByteBuffer.allocate(9), useFuture());
    assertThat(read).isNotDone();
    write("abc");
    executor.runUntilIdle();
    assertThat(read).isCompletedWithValue(3L);
  }

  @Test
  void futureCompletesWithTheFailure() {
    CompletableFuture<Long> read = pipe.server().asyncReadSome(ByteBuffer.allocate(9), useFuture());
    pipe.client().close();
    executor.runUntilIdle();
    assertThatThrownBy(read::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(StreamException.class)
        .extracting(e -> ((StreamException) e).error())
        .isEqualTo(StreamError.EOF);
  }

  @Test
  void cancellingTheFutureEndsTheOperation() {
    CompletableFuture<Long> read = pipe.server().asyncReadSome(ByteBuffer.allocate(9), useFuture());
    assertThat(read.cancel(true)).isTrue();
    assertThat(read).as("the buffer is still the operation's").isNotDone();
    executor.runUntilIdle();
    assertThat(read).isCancelled();
    assertThatThrownBy(read::get).isInstanceOf(CancellationException.class);
    assertThat(pipe.server().outstanding()).isEmpty();
  }

  @Test
  void cancellingAFutureThatIsDoneChangesNothing() {
    write("abc");
    CompletableFuture<Long> read = pipe.server().asyncReadSome(ByteBuffer.allocate(9), useFuture());
    executor.runUntilIdle();
    assertThat(read.cancel(true)).isFalse();
    assertThat(read).isCompletedWithValue(3L);
  }

  private CompletableFuture<Long> read(CompletionToken<Long, CompletableFuture<Long>, ?> token)
      throws Exception {
    return pipe.server().asyncReadSome(ByteBuffer.allocate(9), token);
  }

  /** What orTimeout and completeOnTimeout call, each when its time has come. */
  @Test
  void completingTheFutureFromOutsideEndsTheOperation() throws Exception {
    CompletableFuture<Long> failed = read(useFuture());
    assertThat(failed.completeExceptionally(new TimeoutException("late"))).isTrue();
    assertThat(failed.complete(5L)).as("asked before").isFalse();
    assertThat(failed).as("the buffer is still the operation's").isNotDone();
    executor.runUntilIdle();
    assertThatThrownBy(failed::get).cause().isInstanceOf(TimeoutException.class);
    CompletableFuture<Long> completed = read(useFuture());
    assertThat(completed.complete(-1L)).isTrue();
    executor.runUntilIdle();
    assertThat(completed).isCompletedWithValue(-1L);
    assertThat(pipe.server().outstanding()).isEmpty();
  }

  @Test
  void nothingIsLostWhenTheOperationIsFasterThanTheTimeout() throws Exception {
    CompletableFuture<Long> read = read(useFuture());
    write("abc");
    executor.runOne(); // it is on its way
    read.completeExceptionally(new TimeoutException("late"));
    executor.runUntilIdle();
    CompletableFuture<Long> next = read(useFuture());
    executor.runUntilIdle();
    // Whichever of them has got the bytes: one has.
    assertThat(read.isCompletedExceptionally()).isEqualTo(next.isDone());
  }

  @Test
  void timeoutOfTheJdkEndsTheOperation() {
    try (InMemoryLoop loop = new InMemoryLoop("timeout-test")) {
      InMemoryPipe threads = InMemoryPipe.create(loop);
      CompletableFuture<Long> read =
          threads.server().asyncReadSome(ByteBuffer.allocate(9), useFuture());
      assertThatThrownBy(() -> read.orTimeout(1, TimeUnit.MILLISECONDS).get())
          .cause()
          .isInstanceOf(TimeoutException.class);
      assertThat(threads.server().outstanding()).isEmpty();
    }
  }

  @Test
  void futureWithALimitTimesOutAndLosesNothing() throws Exception {
    CompletableFuture<Long> read = read(useFuture(Duration.ofSeconds(5)));
    executor.runUntilIdle();
    executor.advance(Duration.ofMillis(4_999));
    assertThat(read).isNotDone();
    executor.advance(Duration.ofMillis(1));
    executor.runUntilIdle();
    assertThatThrownBy(read::get)
        .cause()
        .isInstanceOfSatisfying(
            StreamException.class, e -> assertThat(e.error()).isEqualTo(StreamError.TIMEOUT))
        .hasMessageContaining("not done within 5 s")
        .hasMessageContaining("cancelled (TOTAL)");
    CompletableFuture<Long> next = read(useFuture(Duration.ofSeconds(5)));
    write("abc");
    executor.runUntilIdle();
    assertThat(next).isCompletedWithValue(3L);
    assertThat(executor.pendingTimers()).isZero();
  }

  @Test
  void limitedOperationCanBeCancelledAndMayFailByItself() throws Exception {
    CompletableFuture<Long> cancelled = read(useFuture(Duration.ofSeconds(5)));
    cancelled.cancel(true);
    executor.runUntilIdle();
    assertThat(cancelled).isCancelled();
    CompletableFuture<Long> failed = read(useFuture(Duration.ofSeconds(5)));
    pipe.client().close();
    executor.runUntilIdle();
    assertThatThrownBy(failed::get)
        .cause()
        .isInstanceOfSatisfying(
            StreamException.class, e -> assertThat(e.error()).isEqualTo(StreamError.EOF));
    assertThat(executor.pendingTimers()).isZero();
  }

  @Test
  void limitedOperationThatIsRefusedLeavesNoTimer() throws Exception {
    read(useFuture());
    assertThatThrownBy(() -> read(useFuture(Duration.ofSeconds(5))))
        .isInstanceOf(ReadPendingException.class);
    assertThat(executor.pendingTimers()).isZero();
    assertThatThrownBy(() -> useFuture(Duration.ZERO)).hasMessageContaining("not positive");
  }

  @Test
  void blockingCallWithALimitTimesOut() {
    try (InMemoryLoop loop = new InMemoryLoop("limit-test")) {
      InMemoryPipe threads = InMemoryPipe.create(loop);
      assertThatThrownBy(
              () ->
                  threads
                      .server()
                      .asyncReadSome(ByteBuffer.allocate(9), useBlocking(Duration.ofMillis(1))))
          .isInstanceOfSatisfying(
              StreamException.class, e -> assertThat(e.error()).isEqualTo(StreamError.TIMEOUT));
    }
  }

  /** Neither on the own executor nor on the thread of any other loop. */
  @Test
  void nobodyWaitsForAFutureOnAnEventLoop() throws Exception {
    CompletableFuture<Long> read = read(useFuture());
    CompletableFuture<String> stage = read.thenApply(String::valueOf);
    List<CompletableFuture<?>> both = List.of(read, stage);
    executor.execute(() -> both.forEach(each -> assertRefused(each, "wait for itself")));
    executor.runUntilIdle();
    try (InMemoryLoop other = new InMemoryLoop("other-loop")) {
      CompletableFuture<Void> checked = new CompletableFuture<>();
      other.execute(
          () -> {
            try {
              both.forEach(each -> assertRefused(each, "other-loop"));
              assertThatThrownBy(
                      () -> pipe.client().asyncReadSome(ByteBuffer.allocate(9), useBlocking()))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("call from another thread");
              checked.complete(null);
            } catch (Throwable e) {
              checked.completeExceptionally(e);
            }
          });
      checked.get();
    }
    write("abc");
    executor.runUntilIdle();
    executor.execute(() -> assertThat(stage.join()).as("done already").isEqualTo("3"));
    executor.runUntilIdle();
  }

  private static void assertRefused(CompletableFuture<?> future, String why) {
    assertThatThrownBy(future::join)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(why);
    assertThatThrownBy(future::get).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> future.get(3, TimeUnit.SECONDS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("waiting for a future");
  }

  @Test
  void deferredStartsNothingUntilAskedAndAsOftenAsAsked() {
    Deferred<Long> read = pipe.server().asyncReadSome(ByteBuffer.allocate(2), deferred());
    write("abcd");
    executor.runUntilIdle();
    Recorded<Long> first = new Recorded<>("first");
    read.start(first);
    assertThatThrownBy(() -> read.start(new Recorded<>("too early")))
        .isInstanceOf(ReadPendingException.class);
    executor.runUntilIdle();
    assertThat(first.result()).isEqualTo(2);
    Recorded<Long> second = new Recorded<>("second");
    read.start(second);
    second.cancel(CancellationType.TOTAL);
    executor.runUntilIdle();
    // The buffer is full: the second read had no room, and nothing to cancel.
    assertThat(second.result()).isZero();
  }

  @Test
  void blockingCallReturnsTheResultOrThrowsWithTheCallersTrace() throws Exception {
    try (InMemoryLoop loop = new InMemoryLoop("blocking-test")) {
      InMemoryPipe threads = InMemoryPipe.create(loop);
      threads
          .client()
          .asyncWriteSome(new ByteBuffer[] {ByteBuffer.wrap(new byte[3])}, (error, bytes) -> {});
      assertThat((long) threads.server().asyncReadSome(ByteBuffer.allocate(9), useBlocking()))
          .isEqualTo(3);
      threads.client().close();
      assertThatThrownBy(
              () -> threads.server().asyncReadSome(ByteBuffer.allocate(9), useBlocking()))
          .isInstanceOf(StreamException.class)
          .satisfies(
              e ->
                  assertThat(e.getStackTrace()[0].getClassName())
                      .startsWith(CompletionTokensTest.class.getName()));
    }
  }

  @Test
  void blockingCallOnTheOwnExecutorIsRefusedAndStartsNothing() {
    Recorded<Long> refused = new Recorded<>("refused");
    executor.execute(
        () -> {
          assertThatThrownBy(
                  () -> pipe.server().asyncReadSome(ByteBuffer.allocate(9), useBlocking()))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("wait for itself");
          refused.completed(null, 0L);
        });
    executor.runUntilIdle();
    refused.result();
    assertThat(pipe.server().outstanding()).isEmpty();
  }

  @Test
  void interruptingABlockingCallEndsTheOperation() throws Exception {
    try (InMemoryLoop loop = new InMemoryLoop("interrupt-test")) {
      InMemoryPipe threads = InMemoryPipe.create(loop);
      CountDownLatch started = new CountDownLatch(1);
      FutureTask<Boolean> blocked =
          new FutureTask<>(
              () -> {
                started.countDown();
                assertThatThrownBy(
                        () -> threads.server().asyncReadSome(ByteBuffer.allocate(9), useBlocking()))
                    .isInstanceOf(InterruptedIOException.class);
                return Thread.currentThread().isInterrupted();
              });
      Thread thread = new Thread(blocked, "blocked");
      thread.start();
      started.await();
      thread.interrupt();
      assertThat(blocked.get(20, TimeUnit.SECONDS)).as("interrupt status kept").isTrue();
      assertThat(threads.server().outstanding()).isEmpty();
    }
  }
}
