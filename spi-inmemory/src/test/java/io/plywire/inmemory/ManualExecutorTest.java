// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.stream.StreamExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ManualExecutorTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final List<String> ran = new ArrayList<>();

  private Runnable note(String what) {
    return () -> ran.add(what);
  }

  @Test
  void tasksRunInTheOrderTheyWerePosted() {
    executor.execute(note("a"));
    executor.execute(
        () -> {
          executor.execute(note("c"));
          ran.add("b");
        });
    assertThat(executor.runUntilIdle()).isEqualTo(3);
    assertThat(ran).containsExactly("a", "b", "c");
    assertThat(executor.stepsRun()).isEqualTo(3);
  }

  @Test
  void nothingRunsByItself() {
    executor.execute(note("a"));
    executor.schedule(Duration.ZERO, note("b"));
    executor.schedule(Duration.ofNanos(1), note("c"));
    assertThat(ran).isEmpty();
    assertThat(executor.pendingTasks()).isEqualTo(2);
    assertThat(executor.pendingTimers()).isEqualTo(1);
    assertThat(executor.runOne()).isTrue();
    assertThat(ran).containsExactly("a");
    assertThat(executor.runOne()).isTrue();
    assertThat(executor.runOne()).isFalse();
    assertThat(ran).containsExactly("a", "b");
  }

  @Test
  void isCurrentOnlyWithinItsTasks() {
    ManualExecutor other = new ManualExecutor();
    boolean[] current = new boolean[2];
    executor.execute(
        () -> {
          current[0] = executor.isCurrent();
          current[1] = other.isCurrent();
        });
    assertThat(executor.isCurrent()).isFalse();
    executor.runOne();
    assertThat(executor.isCurrent()).isFalse();
    assertThat(current).containsExactly(true, false);
  }

  @Test
  void taskThatThrowsIsOverAndTheNextOneRuns() {
    executor.execute(
        () -> {
          throw new IllegalArgumentException("task");
        });
    executor.execute(note("next"));
    assertThatThrownBy(executor::runUntilIdle).hasMessage("task");
    assertThat(executor.isCurrent()).isFalse();
    executor.runUntilIdle();
    assertThat(ran).containsExactly("next");
    assertThat(executor.stepsRun()).isEqualTo(2);
  }

  @Test
  void taskCannotRunTheExecutor() {
    executor.execute(executor::runOne);
    assertThatThrownBy(executor::runOne)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a task of this executor");
  }

  @Test
  void twoThreadsCannotRunTheExecutorAtOnce() {
    Throwable[] seen = new Throwable[1];
    executor.execute(
        () -> {
          Thread other =
              new Thread(
                  () -> {
                    try {
                      executor.runOne();
                    } catch (IllegalStateException e) {
                      seen[0] = e;
                    }
                  });
          other.start();
          join(other);
        });
    executor.runOne();
    assertThat(seen[0]).hasMessageContaining(Thread.currentThread().getName());
  }

  @Test
  void boundIsExceededWithAHelpfulMessage() {
    Runnable[] endless = new Runnable[1];
    endless[0] =
        new Runnable() {
          @Override
          public void run() {
            executor.execute(this);
          }

          @Override
          public String toString() {
            return "the endless one";
          }
        };
    executor.execute(endless[0]);
    assertThatThrownBy(() -> executor.runUntilIdle(100))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("100")
        .hasMessageContaining("the endless one");
    assertThat(executor.stepsRun()).isEqualTo(100);
  }

  @Test
  void boundThatIsJustEnoughIsFine() {
    executor.execute(note("a"));
    assertThat(executor.runUntilIdle(1)).isEqualTo(1);
    assertThat(executor.runUntilIdle(0)).isZero();
  }

  @Test
  void timersRunInTheOrderOfTimeWithTheQueueInBetween() {
    executor.schedule(Duration.ofSeconds(2), note("2s"));
    executor.schedule(
        Duration.ofSeconds(1),
        () -> {
          ran.add("1s at " + executor.elapsed());
          executor.execute(note("posted by 1s"));
          executor.schedule(Duration.ofMillis(500), note("1.5s"));
        });
    executor.schedule(Duration.ofSeconds(9), note("9s"));
    executor.execute(note("posted before"));
    assertThat(executor.nextTimer()).isEqualTo(Duration.ofSeconds(1));
    assertThat(executor.advance(Duration.ofSeconds(3))).isEqualTo(5);
    assertThat(ran).containsExactly("posted before", "1s at PT1S", "posted by 1s", "1.5s", "2s");
    assertThat(executor.elapsed()).isEqualTo(Duration.ofSeconds(3));
    assertThat(executor.nextTimer()).isEqualTo(Duration.ofSeconds(6));
    executor.advance(Duration.ofSeconds(6));
    assertThat(ran).endsWith("9s");
    assertThat(executor.nextTimer()).isNull();
  }

  @Test
  void timersOfOneInstantRunInTheOrderTheyWereScheduled() {
    for (String name : List.of("a", "b", "c")) {
      executor.schedule(Duration.ofMillis(5), note(name));
    }
    executor.advance(Duration.ofMillis(4));
    assertThat(ran).isEmpty();
    executor.advance(Duration.ofMillis(1));
    assertThat(ran).containsExactly("a", "b", "c");
  }

  @Test
  void cancelledTimerNeverRuns() {
    StreamExecutor.Timer later = executor.schedule(Duration.ofMillis(5), note("later"));
    StreamExecutor.Timer now = executor.schedule(Duration.ZERO, note("now"));
    assertThat(later.cancel()).isTrue();
    assertThat(later.cancel()).isFalse();
    assertThat(now.cancel()).isTrue();
    assertThat(executor.pendingTasks()).isZero();
    assertThat(executor.pendingTimers()).isZero();
    executor.advance(Duration.ofSeconds(1));
    assertThat(ran).isEmpty();
  }

  @Test
  void timerCanCallOffAnotherOfTheSameInstant() {
    StreamExecutor.Timer[] second = new StreamExecutor.Timer[1];
    executor.schedule(Duration.ofMillis(5), () -> ran.add("cancelled " + second[0].cancel()));
    second[0] = executor.schedule(Duration.ofMillis(5), note("second"));
    executor.advance(Duration.ofMillis(5));
    assertThat(ran).containsExactly("cancelled true");
  }

  @Test
  void timerThatRanCannotBeCancelled() {
    StreamExecutor.Timer timer = executor.schedule(Duration.ofMillis(5), note("timer"));
    executor.advance(Duration.ofMillis(5));
    assertThat(timer.cancel()).isFalse();
  }

  @Test
  void clockRunsOverTheEndOfLong() {
    long before = executor.nanoTime();
    executor.schedule(Duration.ofMinutes(1), note("timer"));
    executor.advance(Duration.ofMinutes(1));
    assertThat(executor.nanoTime()).isNegative();
    assertThat(executor.nanoTime() - before).isEqualTo(60_000_000_000L);
    assertThat(ran).containsExactly("timer");
  }

  @Test
  void extremeDelaysAreAccepted() {
    executor.schedule(Duration.ofSeconds(Long.MAX_VALUE), note("never"));
    executor.schedule(Duration.ofSeconds(Long.MIN_VALUE), note("now"));
    assertThat(executor.runUntilIdle()).isEqualTo(1);
    executor.advance(Duration.ofDays(36_500));
    assertThat(ran).containsExactly("now");
    assertThat(executor.pendingTimers()).isEqualTo(1);
    assertThatThrownBy(() -> executor.advance(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tasksComeFromAnyThread() {
    List<Thread> threads =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    new Thread(
                        () -> {
                          for (int k = 0; k < 10_000; k++) {
                            executor.execute(note("x"));
                            executor.schedule(Duration.ofNanos(k + 1), note("t")).cancel();
                          }
                        }))
            .toList();
    threads.forEach(Thread::start);
    long count = 0;
    while (threads.stream().anyMatch(Thread::isAlive)) {
      count += executor.runUntilIdle();
    }
    count += executor.runUntilIdle();
    assertThat(count).isEqualTo(40_000);
    assertThat(ran).hasSize(40_000);
    assertThat(executor.pendingTimers()).isZero();
  }

  @Test
  void showsItsState() {
    executor.execute(note("a"));
    executor.schedule(Duration.ofSeconds(1), note("b"));
    assertThat(executor).hasToString("ManualExecutor[1 tasks, 1 timers, at 0 s]");
  }

  private static void join(Thread thread) {
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
