// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one restart was like.
 *
 * @param server whose
 * @param spread what was asked for
 * @param farewell what the server said at its end, or null for nothing
 * @param ends when clients were told goodbye, in nanoseconds since the server was told to end, in
 *     their order
 * @param reopenings when clients were back, likewise
 * @param latenessNanos how late threads of this process ran at worst
 */
record Restart(
    String server,
    Duration spread,
    @Nullable Farewell farewell,
    List<Long> ends,
    List<Long> reopenings,
    long latenessNanos) {
  static final int PARTS = 10;

  /**
   * Counts times by the tenth of the spread that they are in; what came later is the last count.
   */
  int[] parts(List<Long> times) {
    int[] counts = new int[PARTS + 1];
    for (long time : times) {
      counts[(int) Math.min(PARTS, time * PARTS / spread.toNanos())]++;
    }
    return counts;
  }
}
