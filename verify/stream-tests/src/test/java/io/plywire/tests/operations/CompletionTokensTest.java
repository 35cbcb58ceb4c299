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
import io.plywire.stream.Deferred;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Recorded;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The styles of one operation, here a read of a pipe. */
@Timeout(30)
class CompletionTokenTest {
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
                  assertThat(e.getStackTrace())
                      .anySatisfy(
                          frame ->
                              assertThat(frame.getClassName())
                                  .startsWith(CompletionTokenTest.class.getName())));
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
