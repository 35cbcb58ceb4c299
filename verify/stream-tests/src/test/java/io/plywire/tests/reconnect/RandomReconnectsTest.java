// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.reconnect;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Many a {@link RandomReconnects}.
 *
 * <p>{@code -Dplywire.reconnect.seeds=N} says how many schedules there are, {@code
 * -Dplywire.reconnect.seed=S} repeats a single one.
 */
class RandomReconnectsTest {
  private static final int SEEDS = Integer.getInteger("plywire.reconnect.seeds", 4_000);

  @Test
  void everyMessageIsAccountedForOnce() {
    Long only = Long.getLong("plywire.reconnect.seed");
    RandomReconnects.Sums sums = new RandomReconnects.Sums();
    if (only != null) {
      RandomReconnects.run(new Random(only), sums);
      return;
    }
    long first = new Random().nextLong() >>> 16;
    for (long seed = first; seed < first + SEEDS; seed++) {
      try {
        RandomReconnects.run(new Random(seed), sums);
      } catch (Throwable e) {
        throw new AssertionError("repeat this with -Dplywire.reconnect.seed=" + seed, e);
      }
    }
    System.out.printf("%d schedules of faults from seed %d on: %s%n", SEEDS, first, sums);
  }
}
