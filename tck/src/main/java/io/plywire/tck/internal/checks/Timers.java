// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import io.plywire.stream.StreamExecutor;
import io.plywire.stream.StreamExecutor.Timer;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Untested;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The timers of executors: A10.4. */
final class Timers {
  private static final int ATTEMPTS = 8;

  /** What timers may be inexact by. */
  private static final long GRAIN_NANOS = 1_000_000;

  private Timers() {}

  /** How many, so that whatever keeps them in order has several levels. */
  private static final int MANY = 150;

  private static final int TEN_MILLIS = 10;
  private static final int SIX = 6;
  private static final int LONGEST_MILLIS = TEN_MILLIS * SIX;

  /**
   * A timer, and when it is due: between two times, since nobody knows when the call took its; or
   * its delay after the beginning of the executor's turn, which is the same for all of a task.
   */
  private record Due(String name, long delay, long earliest, long latest) {
    /** Starts a timer within a task of the executor; the last of those that were started. */
    static Due start(StreamExecutor executor, int millis, Runnable task, List<Timer> timers) {
      long delay = Math.max(0, millis) * 1_000_000L;
      long before = System.nanoTime();
      timers.add(executor.schedule(Duration.ofMillis(millis), task));
      long after = System.nanoTime();
      String name = timers.size() + ": " + millis + " ms";
      return new Due(name, delay, before + delay, after + delay);
    }

    boolean isSurelyBefore(Due other) {
      return latest + GRAIN_NANOS < other.earliest && delay + GRAIN_NANOS < other.delay;
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
    List<Timer> timers = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(delays.length);
    AtomicBoolean outside = new AtomicBoolean();
    scene.run(
        executor,
        () -> {
          for (int i = 0; i < delays.length; i++) {
            int number = i;
            Runnable task =
                () -> {
                  order.add(started.get(number));
                  outside.compareAndSet(false, !executor.isCurrent());
                  done.countDown();
                };
            started.add(Due.start(executor, delays[i], task, timers));
          }
          scene.check(order.isEmpty(), "a timer ran inside schedule(): %s", names(order));
        });
    scene.await(done, scene.rule(), "timers of " + names(started) + " have run");
    scene.check(!outside.get(), "a timer ran outside of the executor");
    expectOrder(scene, started, order);
    return started.get(1).isSurelyBefore(started.get(0))
        && started.get(2).isSurelyBefore(started.get(1))
        && started.get(3).isSurelyBefore(started.get(1));
  }

  private static void expectOrder(Scene scene, List<Due> started, List<Due> order) {
    for (int i = 0; i < order.size(); i++) {
      for (Due later : order.subList(i + 1, order.size())) {
        scene.check(
            !later.isSurelyBefore(order.get(i)),
            "timers of %s, started together, ran in the order %s",
            names(started),
            names(order));
      }
    }
  }

  /** Calls some of many timers off, in any order; those that are left keep theirs. */
  static void manyInOrder(Scene scene) throws Exception {
    StreamExecutor executor = scene.link().client().executor();
    // In a heap the last one takes the place of what is called off, among others that come later.
    ranWithout(scene, executor, new int[] {30, 60, 30, 60, 40, 60, 20}, new int[] {1});
    Random random = scene.random();
    int[] delays = random.ints(MANY, 1, SIX + 1).map(tens -> TEN_MILLIS * tens).toArray();
    ranWithout(scene, executor, delays, random.ints(MANY / 3, 0, MANY).toArray());
  }

  private static void ranWithout(
      Scene scene, StreamExecutor executor, int[] delays, int[] unwanted) {
    List<Due> order = new ArrayList<>();
    List<Due> started = new ArrayList<>();
    List<Due> calledOff = new ArrayList<>();
    CountDownLatch all = new CountDownLatch(1);
    scene.run(
        executor,
        () -> {
          List<Timer> timers = new ArrayList<>();
          for (int i = 0; i < delays.length; i++) {
            int number = i;
            Runnable task = () -> order.add(started.get(number));
            started.add(Due.start(executor, delays[i], task, timers));
          }
          for (int number : unwanted) {
            if (timers.get(number).cancel()) {
              calledOff.add(started.get(number));
            }
          }
          executor.schedule(Duration.ofMillis(2 * LONGEST_MILLIS), all::countDown);
        });
    scene.await(all, scene.rule(), "a timer of " + 2 * LONGEST_MILLIS + " ms has run");
    scene.settle(executor);
    List<Due> left = new ArrayList<>(started);
    left.removeAll(calledOff);
    scene.check(
        order.size() == left.size() && order.containsAll(left),
        "%d timers were started and %d of them called off, and %d ran",
        delays.length,
        calledOff.size(),
        order.size());
    expectOrder(scene, left, order);
  }

  /** What passes by nanoTime() until a timer runs is about its delay; half of it at least. */
  static void time(Scene scene) throws Exception {
    StreamExecutor executor = scene.link().client().executor();
    Duration delay = Duration.ofMillis(20);
    AtomicLong passed = new AtomicLong();
    CountDownLatch ran = new CountDownLatch(1);
    scene.run(
        executor,
        () -> {
          long before = executor.nanoTime();
          executor.schedule(
              delay,
              () -> {
                passed.set(executor.nanoTime() - before);
                ran.countDown();
              });
        });
    scene.await(ran, scene.rule(), "a timer of 20 ms has run");
    scene.check(
        passed.get() >= delay.toNanos() / 2,
        "%d ns have passed by nanoTime() until a timer of 20 ms ran",
        passed.get());
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
