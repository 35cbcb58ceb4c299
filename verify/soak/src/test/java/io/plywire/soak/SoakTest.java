// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short soak. {@code -Dplywire.soak.seconds=N} says how long, 0 leaves it out. */
class SoakTest {
  private static final int SECONDS = Integer.getInteger("plywire.soak.seconds", 5);

  @Test
  @Timeout(300)
  void allCountsAreZeroInAShortTime() throws Exception {
    if (SECONDS > 0) {
      long seed = Long.getLong("plywire.seed", System.nanoTime());
      assertThat(new Soak(SECONDS, seed, false).run()).as("with seed %s", seed).isZero();
    }
  }
}
