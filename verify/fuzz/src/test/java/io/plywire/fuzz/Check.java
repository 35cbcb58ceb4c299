// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import java.lang.management.ManagementFactory;
import java.util.Objects;
import java.util.function.Supplier;

/** What targets demand; without the cost of a fluent assertion, as it happens a million times. */
public final class Check {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Check() {}

  public static void that(boolean fact, Object... otherwise) {
    if (!fact) {
      throw new AssertionError(joined(otherwise));
    }
  }

  public static void equal(Object found, Object expected, Object... what) {
    if (!Objects.deepEquals(found, expected)) {
      throw new AssertionError(joined(what) + "\n  found    " + found + "\n  expected " + expected);
    }
  }

  /**
   * Demands that something allocates no more than so many bytes on the heap. If it does, it gets
   * another try: the first one may have loaded classes.
   */
  public static <T> T allocatesAtMost(long bytes, Supplier<T> something) {
    T result = null;
    long allocated = Long.MAX_VALUE;
    for (int tries = 0; tries < 2 && allocated > bytes; tries++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      result = something.get();
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    that(allocated <= bytes, "allocated ", allocated, " bytes, the limit is ", bytes);
    return result;
  }

  private static String joined(Object... parts) {
    StringBuilder text = new StringBuilder();
    for (Object part : parts) {
      text.append(part);
    }
    return text.toString();
  }
}
