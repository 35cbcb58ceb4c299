// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A piece of plywire and its floor, which is the least that has to be done for the same result.
 * Each is measured alone, for its time and its garbage, and both side by side, for their ratio.
 *
 * <p>Side by side they take turns of a fraction of a millisecond in one JVM, and the processor time
 * of each is added up. Whatever slows the machine down, or makes the compiler choose differently,
 * does so to both, so that the ratio is good when the times are not.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public abstract class Comparison {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** One of those that are compared. */
  @FunctionalInterface
  private interface Side {
    long run() throws Exception;
  }

  private boolean backwards;

  // Of one iteration.
  private long calls;
  private long preparationNanos;
  private long floorNanos;
  private long plywireNanos;

  /** Does what cannot be done without, once. */
  abstract long least() throws Exception;

  /** Does it with plywire, once. */
  abstract long ours() throws Exception;

  /** Does what both do before, once, and is no part of the ratio; nothing unless overridden. */
  long preparation() throws Exception {
    return 0;
  }

  /** Returns how often each is done in one turn. */
  abstract int times();

  /** Begins to add up. */
  @Setup(Level.Iteration)
  public final void begin() {
    calls = 0;
    preparationNanos = 0;
    floorNanos = 0;
    plywireNanos = 0;
  }

  /** The floor. */
  @Benchmark
  public long floor() throws Exception {
    return least();
  }

  /** The piece. */
  @Benchmark
  public long plywire() throws Exception {
    return ours();
  }

  /** Both, in an order that changes from call to call. */
  @Benchmark
  public long sideBySide() throws Exception {
    int times = times();
    backwards = !backwards;
    if (backwards) {
      plywireNanos += time(times, this::ours);
      floorNanos += time(times, this::least);
      preparationNanos += time(times, this::preparation);
    } else {
      preparationNanos += time(times, this::preparation);
      floorNanos += time(times, this::least);
      plywireNanos += time(times, this::ours);
    }
    calls += times;
    double floor = floorNanos - preparationNanos;
    double plywire = plywireNanos - preparationNanos;
    Figures.tell("ratio", plywire / floor, "x floor");
    Figures.tell("cpu.floor", floor / calls, "ns/op");
    Figures.tell("cpu.plywire", plywire / calls, "ns/op");
    return calls;
  }

  private static long time(int times, Side side) throws Exception {
    long sum = 0;
    long begin = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < times; i++) {
      sum += side.run();
    }
    long time = THREADS.getCurrentThreadCpuTime() - begin;
    return sum == Long.MIN_VALUE ? 0 : time; // so that nothing can be left out as unused
  }
}
