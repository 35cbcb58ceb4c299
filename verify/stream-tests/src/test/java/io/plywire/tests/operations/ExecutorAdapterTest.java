// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.spi.ExecutorAdapter;
import io.plywire.stream.StreamExecutor.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stream's executor over somebody else's threads. */
class ExecutorAdapterTest {
  private static final long PATIENCE_SECONDS = 30;

  private final ExecutorService pool = Executors.newFixedThreadPool(4);
  private final ExecutorAdapter executor = new ExecutorAdapter(pool);

  @AfterEach
  void end() {
    pool.shutdownNow();
  }

  private static void settle(ExecutorAdapter which) throws Exception {
    CompletableFuture<Void> marker = new CompletableFuture<>();
    which.execute(() -> marker.complete(null));
    marker.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void tasksOfManyThreadsRunOneAtATimeInTheirOrder() throws Exception {
    int each = 5000;
    List<List<Integer>> seen = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    AtomicBoolean inside = new AtomicBoolean();
    List<String> faults = Collections.synchronizedList(new ArrayList<>());
    List<Thread> posters = new ArrayList<>();
    for (List<Integer> mine : seen) {
      Thread poster =
          new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  int number = i;
                  executor.execute(
                      () -> {
                        if (!inside.compareAndSet(false, true) || !executor.isCurrent()) {
                          faults.add("not alone");
                        }
                        mine.add(number);
                        inside.set(false);
                      });
                }
              });
      posters.add(poster);
      poster.start();
    }
    for (Thread poster : posters) {
      poster.join();
    }
    settle(executor);
    assertThat(faults).isEmpty();
    assertThat(seen).allSatisfy(mine -> assertThat(mine).hasSize(each).isSorted());
  }

  @Test
  void postedTaskNeverRunsInsideTheCall() throws Exception {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    executor.execute(
        () -> {
          executor.execute(() -> order.add("posted"));
          order.add("posting");
        });
    settle(executor); // the first has run and posted
    settle(executor);
    assertThat(order).containsExactly("posting", "posted");
    assertThat(executor.isCurrent()).isFalse();
  }

  @Test
  void taskOfOneIsNotCurrentForAnotherOnTheSameThread() throws Exception {
    ExecutorService loop = Executors.newSingleThreadExecutor();
    try {
      ExecutorAdapter first = new ExecutorAdapter(loop);
      ExecutorAdapter second = new ExecutorAdapter(loop);
      CompletableFuture<String> answer = new CompletableFuture<>();
      first.execute(() -> answer.complete(first.isCurrent() + " " + second.isCurrent()));
      assertThat(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("true false");
      CompletableFuture<Boolean> outside = new CompletableFuture<>();
      loop.execute(() -> outside.complete(first.isCurrent()));
      assertThat(outside.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .as("a callback of the loop is no task of the adapter")
          .isFalse();
    } finally {
      loop.shutdownNow();
    }
  }

  /** By hand: whoever has the thread must let the others have it in the end. */
  @Test
  void adaptersShareAThreadFairly() {
    ArrayDeque<Runnable> loop = new ArrayDeque<>();
    ExecutorAdapter greedy = new ExecutorAdapter(loop::add);
    ExecutorAdapter other = new ExecutorAdapter(loop::add);
    List<String> ran = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      greedy.execute(() -> ran.add("greedy"));
    }
    other.execute(() -> ran.add("other"));
    while (!loop.isEmpty()) {
      loop.remove().run();
    }
    assertThat(ran).hasSize(1001);
    assertThat(ran.indexOf("other")).isLessThan(500);
  }

  @Test
  void taskThatThrowsIsReportedAndTheNextOneRuns() throws Exception {
    List<Throwable> reported = Collections.synchronizedList(new ArrayList<>());
    ExecutorService threads =
        Executors.newSingleThreadExecutor(
            body -> {
              Thread thread = new Thread(body);
              thread.setUncaughtExceptionHandler((where, thrown) -> reported.add(thrown));
              return thread;
            });
    try {
      ExecutorAdapter adapter = new ExecutorAdapter(threads);
      adapter.execute(
          () -> {
            throw new AssertionError("on purpose");
          });
      settle(adapter);
      assertThat(reported).hasSize(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void timersRunInTheOrderOfTheirTimesAndNotOnceCalledOff() throws Exception {
    List<String> ran = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch last = new CountDownLatch(1);
    executor.execute(
        () -> { // so that nothing is due before all are there
          executor.schedule(Duration.ofMillis(20), () -> ran.add("20"));
          executor.schedule(Duration.ofMillis(10), () -> ran.add("10"));
          Timer off = executor.schedule(Duration.ofMillis(15), () -> ran.add("called off"));
          executor.schedule(Duration.ZERO, () -> ran.add("0"));
          executor.schedule(Duration.ofMillis(-5), () -> ran.add("-5"));
          executor.schedule(
              Duration.ofMillis(30),
              () -> {
                ran.add(executor.isCurrent() ? "30" : "30 elsewhere");
                last.countDown();
              });
          Timer never = executor.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> ran.add("?"));
          assertThat(off.cancel()).isTrue();
          assertThat(off.cancel()).isFalse();
          assertThat(never.cancel()).isTrue();
        });
    assertThat(last.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(ran.subList(2, ran.size())).containsExactly("10", "20", "30");
    assertThat(ran.subList(0, 2)).containsExactly("0", "-5");
  }

  @Test
  void timerThatIsDueAndQueuedCanBeCalledOff() throws Exception {
    List<String> ran = Collections.synchronizedList(new ArrayList<>());
    executor.execute(
        () -> {
          Timer timer = executor.schedule(Duration.ZERO, () -> ran.add("ran"));
          assertThat(timer.cancel()).isTrue();
        });
    settle(executor);
    assertThat(ran).isEmpty();
    Timer timer = executor.schedule(Duration.ZERO, () -> ran.add("ran"));
    settle(executor);
    assertThat(timer.cancel()).isFalse();
    assertThat(ran).containsExactly("ran");
  }

  @Test
  void earlierTimerIsNotKeptWaitingByALaterOne() throws Exception {
    Timer later = executor.schedule(Duration.ofHours(1), () -> {});
    CountDownLatch soon = new CountDownLatch(2);
    executor.schedule(Duration.ofMillis(2), soon::countDown);
    executor.schedule(Duration.ofMillis(1), soon::countDown);
    assertThat(soon.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(later.cancel()).isTrue();
  }

  @Test
  void tasksRunOneAtATimeAfterTheThreadsAreGone() throws Exception {
    pool.shutdown();
    List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 1000; i++) {
      int number = i;
      executor.execute(() -> ran.add(number));
    }
    settle(executor);
    assertThat(ran).hasSize(1000).isSorted();
    CountDownLatch timer = new CountDownLatch(1);
    executor.schedule(Duration.ofMillis(1), timer::countDown);
    assertThat(timer.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void nullIsMisuse() {
    assertThatThrownBy(() -> executor.execute(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> executor.schedule(Duration.ZERO, null))
        .isInstanceOf(NullPointerException.class);
  }
}
