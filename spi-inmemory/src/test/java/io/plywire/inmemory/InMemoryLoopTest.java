// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.StreamExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InMemoryLoopTest {
  private final InMemoryLoop loop = new InMemoryLoop("loop under test");
  private final BlockingQueue<Object> seen = new ArrayBlockingQueue<>(100);

  @AfterEach
  void close() {
    loop.close();
  }

  @Test
  void startsADaemonThreadWithTheFirstTask() throws InterruptedException {
    assertThat(loop.isRunning()).isFalse();
    loop.execute(() -> seen.add(Thread.currentThread()));
    Thread thread = (Thread) seen.take();
    assertThat(thread.getName()).isEqualTo("loop under test");
    assertThat(thread.isDaemon()).isTrue();
    assertThat(loop.isRunning()).isTrue();
  }

  @Test
  void isCurrentOnItsThreadOnly() throws InterruptedException {
    assertThat(loop.isCurrent()).isFalse();
    loop.execute(() -> seen.add(loop.isCurrent()));
    assertThat(seen.take()).isEqualTo(true);
    assertThat(loop.isCurrent()).isFalse();
  }

  @Test
  void runsTasksOfManyThreadsOneAtATimeAndInOrder() throws InterruptedException {
    int threads = 4;
    int each = 20_000;
    int[] next = new int[threads];
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      int id = t;
      new Thread(
              () -> {
                for (int k = 0; k < each; k++) {
                  int expected = k;
                  loop.execute(
                      () -> {
                        if (next[id] == expected) {
                          next[id]++;
                        }
                      });
                }
                loop.execute(done::countDown);
              })
          .start();
    }
    done.await();
    assertThat(next).containsOnly(each);
  }

  @Test
  void runsTimersInTheOrderOfTime() throws InterruptedException {
    loop.execute(
        () -> { // within one task no timer fires, however long it takes
          loop.schedule(Duration.ofMillis(30), () -> seen.add("late"));
          loop.schedule(Duration.ofMillis(5), () -> seen.add("early"));
          loop.schedule(Duration.ofMillis(-5), () -> seen.add("now"));
          StreamExecutor.Timer cancelled =
              loop.schedule(Duration.ofMillis(10), () -> seen.add("cancelled"));
          seen.add("called off: " + cancelled.cancel() + ", again: " + cancelled.cancel());
        });
    assertThat(List.of(seen.take(), seen.take(), seen.take(), seen.take()))
        .containsExactly("called off: true, again: false", "now", "early", "late");
  }

  @Test
  void timerDoesNotRunBeforeItsTime() throws InterruptedException {
    long start = loop.nanoTime();
    loop.schedule(Duration.ofMillis(20), () -> seen.add(loop.nanoTime() - start));
    assertThat((long) seen.take()).isGreaterThanOrEqualTo(20_000_000);
  }

  @Test
  void taskThatThrowsIsReportedAndTheNextOneRuns() throws InterruptedException {
    loop.execute(
        () -> Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> seen.add(e)));
    RuntimeException failure = new RuntimeException("task");
    loop.execute(
        () -> {
          throw failure;
        });
    loop.execute(() -> seen.add("next"));
    assertThat(seen.take()).isSameAs(failure);
    assertThat(seen.take()).isEqualTo("next");
  }

  @Test
  void interruptingTheThreadDoesNotStopTheLoop() throws InterruptedException {
    loop.execute(() -> Thread.currentThread().interrupt());
    loop.schedule(Duration.ofMillis(5), () -> seen.add("next"));
    assertThat(seen.take()).isEqualTo("next");
  }

  @Test
  void threadEndsAfterCloseWhenNothingIsLeft() throws InterruptedException {
    loop.execute(() -> seen.add(Thread.currentThread()));
    Thread thread = (Thread) seen.take();
    loop.schedule(Duration.ofMillis(20), () -> seen.add("timer"));
    loop.close();
    loop.close();
    assertThat(seen.take()).isEqualTo("timer");
    thread.join();
    assertThat(loop.isRunning()).isFalse();
  }

  @Test
  void taskPostedAfterCloseStillRuns() throws InterruptedException {
    loop.close();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      loop.execute(() -> seen.add(Thread.currentThread()));
      threads.add((Thread) seen.take());
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(loop.isRunning()).isFalse();
  }

  @Test
  void buffersAreLentInItsTasks() throws InterruptedException {
    loop.execute(
        () -> {
          var buffer = loop.buffers().acquire(100);
          loop.buffers().release(buffer);
          seen.add(buffer.isDirect());
        });
    assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(true);
  }
}
