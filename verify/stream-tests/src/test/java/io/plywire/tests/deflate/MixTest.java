// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Own and shared messages, mixed at random. {@code -Dplywire.deflate.mixes=1000000} for a long run,
 * {@code -Dplywire.deflate.seed} for another one.
 */
class MixTest {
  private static final int MIXES = Integer.getInteger("plywire.deflate.mixes", 2_000);
  private static final long SEED = Long.getLong("plywire.deflate.seed", 7692);

  @Test
  void ownAndSharedMessagesAreDecompressedByZlib() {
    Mix mix = new Mix(new Random(SEED));
    for (int i = 0; i < MIXES; i++) {
      try {
        mix.hold();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("mix " + i + " of seed " + SEED, e);
      }
    }
    System.out.printf(
        "%,d mixes: %,d own messages, %,d shared, %,d begun compressed%n",
        MIXES, mix.ownMessages, mix.sharedMessages, mix.compressedFrames);
    assertThat(mix.sharedMessages).isGreaterThan(MIXES);
    assertThat(mix.ownMessages).isGreaterThan(MIXES);
    assertThat(mix.compressedFrames).isGreaterThan(MIXES);
  }
}
