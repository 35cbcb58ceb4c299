// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.CancellationType;
import io.plywire.stream.StreamExecutor;
import io.plywire.tck.StreamPair;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import io.plywire.tck.internal.lab.Untested;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Executors with much to do, with others beside them and with tasks that fail: A9, A10. */
final class Queues {
  private static final int MANY_TASKS = 50_000;

  /** Who has a few executors may give the same one to many streams in a row. */
  private static final int MOST_LINKS = 24;

  private static final int FEW_LINKS = 4;
  private static final int ROUNDS = 10;
  private static final long OVERDUE_NANOS = 20_000_000;

  private Queues() {}

  static List<Experiment> all() {
    return List.of(
        check("A9.2", "requestInFlightDoesNotHitTheNextOperation", Queues::inFlight),
        check("A10.1", "executeDoesNotBlockWhenManyTasksWait", Queues::manyTasks),
        check("A10.3", "isCurrentIsFalseInTasksOfOtherExecutors", Queues::others),
        check("A10.4", "timersThatAreDueCanBeCalledOff", Queues::dueTimers),
        check("A10.6", "tasksThatThrowStopNobody", Queues::throwingTasks));
  }

  /** Asks while the handler of a read is under way to where it runs, and starts the next one. */
  private static void inFlight(Scene scene) throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      Link link = scene.link();
      Side side = link.server();
      link.client().writeOne();
      side.waitReadable().success();
      Outcome<Void> next = side.outcome("next read");
      Outcome<Void> first =
          side.outcome("read").then(() -> side.read(ByteBuffer.allocate(10), next));
      boolean elsewhere = i % 2 == 0;
      side.run(
          () -> {
            side.read(ByteBuffer.allocate(1), first);
            if (elsewhere) {
              scene.racers().race(() -> first.cancel(CancellationType.TERMINAL));
            } else {
              first.cancel(CancellationType.TERMINAL);
            }
          });
      if (first.ended().error() == null) { // else the request came in time
        link.settle();
        scene.check(
            !next.isDone(), "a request for a read that had ended hit the next: %s", next.error());
        link.client().writeOne();
        next.success();
      }
      scene.closeAll();
    }
  }

  private static void manyTasks(Scene scene) throws Exception {
    StreamExecutor executor = scene.link().client().executor();
    CountDownLatch posted = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(MANY_TASKS);
    AtomicInteger inside = new AtomicInteger();
    AtomicReference<@Nullable RuntimeException> thrown = new AtomicReference<>();
    Runnable poster =
        () -> {
          Thread caller = Thread.currentThread();
          try {
            for (int i = 0; i < MANY_TASKS; i++) {
              executor.execute(
                  () -> {
                    if (Thread.currentThread() == caller) {
                      inside.incrementAndGet();
                    }
                    done.countDown();
                  });
            }
          } catch (RuntimeException e) {
            thrown.set(e);
          }
          posted.countDown();
        };
    scene.whileBusy(
        executor,
        () -> {
          scene.racers().start(poster);
          scene.await(posted, scene.rule(), MANY_TASKS + " tasks were posted to a busy executor");
        });
    RuntimeException refusal = thrown.get();
    scene.check(refusal == null, "execute() threw while many tasks waited: %s", refusal);
    scene.await(done, scene.rule(), "all of " + MANY_TASKS + " tasks have run");
    scene.check(inside.get() == 0, "%d tasks ran inside execute()", inside.get());
  }

  @SuppressWarnings("ReferenceEquality") // the very same executor
  private static void others(Scene scene) throws Exception {
    List<StreamExecutor> executors = new ArrayList<>();
    for (int i = 0; i < FEW_LINKS || (i < MOST_LINKS && executors.size() < 2); i++) {
      Link link = scene.link();
      for (Side side : List.of(link.client(), link.server())) {
        if (executors.stream().noneMatch(each -> each == side.executor())) {
          executors.add(side.executor());
        }
      }
    }
    if (executors.size() < 2) {
      throw new Untested("all streams have the same executor");
    }
    for (StreamExecutor one : executors) {
      for (StreamExecutor other : executors) {
        scene.check(
            one == other || !claims(scene, other, one) || !isApart(scene, one, other),
            "%s says that a task of %s is one of its own",
            other,
            one);
      }
    }
  }

  /** Returns whether an executor takes a task of another for its own, on a thread that is not. */
  private static boolean claims(Scene scene, StreamExecutor other, StreamExecutor one) {
    Thread others = scene.call(other, Thread::currentThread);
    return scene.call(one, () -> other.isCurrent() && Thread.currentThread() != others);
  }

  /** Two that are one behind their faces cannot run tasks at the same time. */
  private static boolean isApart(Scene scene, StreamExecutor one, StreamExecutor other) {
    CountDownLatch ran = new CountDownLatch(1);
    AtomicBoolean apart = new AtomicBoolean();
    scene.whileBusy(
        one,
        () -> {
          other.execute(ran::countDown);
          apart.set(endsInTime(scene, ran));
        });
    return apart.get();
  }

  private static boolean endsInTime(Scene scene, CountDownLatch latch) {
    try {
      return latch.await(scene.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void dueTimers(Scene scene) throws Exception {
    StreamExecutor executor = scene.link().client().executor();
    for (int millis : new int[] {1, 0, -5}) {
      AtomicBoolean ran = new AtomicBoolean();
      AtomicBoolean calledOff = new AtomicBoolean();
      scene.run(
          executor,
          () -> {
            StreamExecutor.Timer timer =
                executor.schedule(Duration.ofMillis(millis), () -> ran.set(true));
            // A task that takes its time: meanwhile the timer is due, and cannot run.
            long end = System.nanoTime() + OVERDUE_NANOS;
            while (System.nanoTime() - end < 0) {
              LockSupport.parkNanos(end - System.nanoTime());
            }
            calledOff.set(timer.cancel());
          });
      awaitTimer(scene, executor);
      scene.check(
          ran.get() != calledOff.get(),
          "cancel() of a timer of %d ms that was due returned %b, and it %s",
          millis,
          calledOff.get(),
          ran.get() ? "ran" : "did not run");
    }
  }

  /** Waits for a timer that is later than others, and for what they have led to. */
  private static void awaitTimer(Scene scene, StreamExecutor executor) {
    CountDownLatch marker = new CountDownLatch(1);
    executor.schedule(Duration.ofMillis(2), marker::countDown);
    scene.await(marker, scene.rule(), "a timer of 2 ms has run");
    scene.settle(executor);
  }

  private static void throwingTasks(Scene scene) throws Exception {
    StreamPair pair = scene.unwatched();
    scene.closing(pair.client());
    scene.closing(pair.server());
    StreamExecutor executor = pair.server().executor();
    executor.execute(Executors::throwOnPurpose);
    expectTask(scene, executor, "a task");
    executor.schedule(Duration.ofMillis(1), Executors::throwOnPurpose);
    awaitTimer(scene, executor);
    expectTask(scene, executor, "a timer's task");
    scene.link(pair).converse();
  }

  private static void expectTask(Scene scene, StreamExecutor executor, String what) {
    CountDownLatch ran = new CountDownLatch(1);
    executor.execute(ran::countDown);
    scene.await(ran, scene.rule(), "a task runs after " + what + " has thrown");
  }
}
