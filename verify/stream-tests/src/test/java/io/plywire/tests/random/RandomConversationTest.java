// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.random;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Many a {@link RandomConversation}.
 *
 * <p>{@code -Dplywire.random.seeds=N} says how many conversations there are, {@code
 * -Dplywire.random.seed=S} repeats a single one.
 */
class RandomConversationTest {
  private static final int SEEDS = Integer.getInteger("plywire.random.seeds", 10_000);

  @Test
  void whatOneSideMeantToSendIsWhatTheOtherSideGets() {
    Long only = Long.getLong("plywire.random.seed");
    if (only != null) {
      RandomConversation.hold(new Random(only), new long[4]);
      return;
    }
    long[] traffic = new long[4]; // messages received whole, pings answered, frames, compressed
    long first = new Random().nextLong() >>> 16;
    for (long seed = first; seed < first + SEEDS; seed++) {
      try {
        RandomConversation.hold(new Random(seed), traffic);
      } catch (Throwable e) {
        throw new AssertionError("repeat this with -Dplywire.random.seed=" + seed, e);
      }
    }
    System.out.printf(
        "%d conversations from seed %d on: %d messages, %d of them compressed, %d pongs, %d frames%n",
        SEEDS, first, traffic[0], traffic[3], traffic[1], traffic[2]);
  }
}
