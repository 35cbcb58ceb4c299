// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import io.plywire.tck.Rule;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Untested;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.LongSupplier;
import javax.management.JMException;
import javax.management.ObjectName;

/** Counts the threads and the file descriptors that something leaves behind. */
final class Remains {
  /** What the JVM and the subject's common parts may still take for themselves. */
  private static final long TOLERANCE = 8;

  private static final int WARM_UP = 10;
  private static final int LEAST_CYCLES = 20;
  private static final int MOST_CYCLES = 200;

  /** What is done again and again, and cleans up after itself. */
  interface Cycle {
    void run() throws Exception;
  }

  private final Scene scene;
  private final String what;
  private final Rule threads;
  private final Rule descriptors;

  /**
   * Makes one.
   *
   * @param what it is that is done, many of them
   * @param threads the rule that threads which remain violate
   * @param descriptors the rule that file descriptors which remain violate
   */
  Remains(Scene scene, String what, Rule threads, Rule descriptors) {
    this.scene = scene;
    this.what = what;
    this.threads = threads;
    this.descriptors = descriptors;
  }

  /** Does it many times; what is left behind for a moment may be. */
  void expectNothing(Cycle cycle) throws Exception {
    expectNothing(
        Math.max(LEAST_CYCLES, Math.min(MOST_CYCLES, scene.environment().cycles())), cycle);
  }

  /** As above, so many times. */
  void expectNothing(int cycles, Cycle cycle) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      cycle.run();
    }
    long threadsBefore = liveThreads();
    long descriptorsBefore = openDescriptors();
    for (int i = 0; i < cycles; i++) {
      cycle.run();
    }
    expect(threads, "threads", Remains::liveThreads, threadsBefore, cycles);
    if (descriptorsBefore < 0) {
      throw new Untested("this JVM does not tell how many file descriptors are open");
    }
    expect(descriptors, "file descriptors", Remains::openDescriptors, descriptorsBefore, cycles);
  }

  private static long liveThreads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  private static long openDescriptors() {
    try {
      return (long)
          ManagementFactory.getPlatformMBeanServer()
              .getAttribute(
                  new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME),
                  "OpenFileDescriptorCount");
    } catch (JMException e) {
      return -1; // not of this system
    }
  }

  private void expect(Rule rule, String of, LongSupplier count, long before, int cycles) {
    scene.eventually(
        () -> count.getAsLong() <= before + TOLERANCE,
        rule,
        () ->
            String.format(
                Locale.ROOT,
                "%d %s after %d %s, %d before",
                count.getAsLong(),
                of,
                cycles,
                what,
                before));
  }
}
