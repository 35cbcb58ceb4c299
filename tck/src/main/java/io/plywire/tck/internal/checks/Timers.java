// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import io.plywire.stream.StreamExecutor;
import io.plywire.stream.StreamExecutor.Timer;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Untested;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** The timers of executors: A10.4. */
final class Timers {
  private static final int ATTEMPTS = 8;

  /** What timers may be inexact by. */
  private static final long GRAIN_NANOS = 1_000_000;

  private Timers() {}

  /** A timer, and when it is due: between two times, since nobody knows when the call took its. */
  private record Due(String name, long earliest, long latest) {
    boolean isSurelyBefore(Due other) {
      return latest + GRAIN_NANOS < other.earliest;
    }
  }

  /**
   * The thread may lose the processor between two calls, and then the later one is due later. Only
   * what is certain is held against the executor, and it is tried again until something is.
   */
  static void inOrder(Scene scene) throws Exception {
    StreamExecutor executor = scene.link().client().executor();
    for (int unit = 1; unit < 1 << ATTEMPTS; unit *= 2) {
      if (ranInOrder(scene, executor, new int[] {30 * unit, 10 * unit, 0, -5})) {
        return;
      }
    }
    throw new Untested("this machine is too busy to start two timers within some milliseconds");
  }

  /** Returns whether it was certain which of them had to come first. */
  private static boolean ranInOrder(Scene scene, StreamExecutor executor, int[] delays) {
    List<Due> order = new ArrayList<>();
    List<Due> started = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(delays.length);
    AtomicBoolean outside = new AtomicBoolean();
    scene.run(
        executor,
        () -> {
          for (int i = 0; i < delays.length; i++) {
            int number = i;
            long delay = Math.max(0, delays[i]) * 1_000_000L;
            long before = System.nanoTime();
            executor.schedule(
                Duration.ofMillis(delays[i]),
                () -> {
                  order.add(started.get(number));
                  outside.compareAndSet(false, !executor.isCurrent());
                  done.countDown();
                });
            started.add(new Due(delays[i] + " ms", before + delay, System.nanoTime() + delay));
          }
          scene.check(order.isEmpty(), "a timer ran inside schedule(): %s", names(order));
        });
    scene.await(done, scene.rule(), "timers of " + names(started) + " have run");
    scene.check(!outside.get(), "a timer ran outside of the executor");
    for (int i = 0; i < order.size(); i++) {
      for (Due later : order.subList(i + 1, order.size())) {
        scene.check(
            !later.isSurelyBefore(order.get(i)),
            "timers of %s, started together, ran in the order %s",
            names(started),
            names(order));
      }
    }
    return started.get(1).isSurelyBefore(started.get(0))
        && started.get(2).isSurelyBefore(started.get(1))
        && started.get(3).isSurelyBefore(started.get(1));
  }

  private static String names(List<Due> timers) {
    return String.join(", ", timers.stream().map(Due::name).toList());
  }

  static void calledOff(Scene scene) throws Exception {
    StreamExecutor executor = scene.link().client().executor();
    AtomicBoolean ran = calledOffInTime(scene, executor);
    CountDownLatch marker = new CountDownLatch(1);
    Timer later = executor.schedule(Duration.ofMillis(30), marker::countDown);
    scene.await(marker, scene.rule(), "a timer of 30 ms has run");
    scene.settle(executor);
    scene.check(!ran.get(), "a timer that was called off ran");
    scene.check(!later.cancel(), "cancel() returned true after the task had run");
  }

  /** Calls a timer off before it is due, and returns what tells whether it has run. */
  private static AtomicBoolean calledOffInTime(Scene scene, StreamExecutor executor) {
    for (int millis = 20; millis < 20 << ATTEMPTS; millis *= 2) {
      AtomicBoolean ran = new AtomicBoolean();
      long before = System.nanoTime();
      Timer timer = executor.schedule(Duration.ofMillis(millis), () -> ran.set(true));
      boolean calledOff = timer.cancel();
      // This thread may have lost the processor for so long that the timer has run.
      boolean certain = System.nanoTime() - before < millis * 1_000_000L;
      scene.check(calledOff || !certain, "cancel() of a timer that waits returned false");
      if (calledOff) {
        scene.check(!timer.cancel(), "cancel() returned true for the second time");
        return ran;
      }
    }
    throw new Untested("this machine is too busy to call a timer off before it is due");
  }
}
