// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Runs what is to be compared by turns of a fraction of a millisecond, in one JVM, and adds up the
 * processor time of each. Whatever slows the machine down, or makes the compiler choose
 * differently, does so to all of them, so that their ratio is good when the times themselves are
 * not.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class SideBySide {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  // In nanoseconds; JMH reads the fields by their names, and clears them before each iteration.

  /** What has to be done before and is no part of the comparison, if anything. */
  public long preparation;

  /** What cannot be done without, with the preparation. */
  public long floor;

  /** What is measured, with the preparation. */
  public long measured;

  private boolean backwards;

  /** One of those that are compared. */
  @FunctionalInterface
  interface Side {
    /** Does it once. */
    long run() throws Exception;
  }

  /** Lets each side do its work so many times, in an order that changes from call to call. */
  long compare(int times, Side before, Side lower, Side upper) throws Exception {
    backwards = !backwards;
    if (backwards) {
      measured += time(times, upper);
      floor += time(times, lower);
      preparation += time(times, before);
    } else {
      preparation += time(times, before);
      floor += time(times, lower);
      measured += time(times, upper);
    }
    return measured;
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
