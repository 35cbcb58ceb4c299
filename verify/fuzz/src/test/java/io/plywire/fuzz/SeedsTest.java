// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The inputs that are kept, and everything that they begin with, have the properties demanded. */
class SeedsTest {
  private static final int MAX_PREFIXES = 32;

  @ParameterizedTest
  @EnumSource(Target.class)
  void seedsHaveTheProperties(Target target) throws IOException {
    List<byte[]> seeds = Seeds.of(target);
    assertThat(seeds).isNotEmpty();
    for (byte[] seed : seeds) {
      int step = 1 + seed.length / MAX_PREFIXES;
      for (int length = seed.length; length >= 0; length -= step) {
        try {
          target.run(Arrays.copyOf(seed, length));
        } catch (Throwable e) {
          throw new AssertionError(
              "the first " + length + " bytes of the seed " + Seeds.write(seed), e);
        }
      }
    }
  }

  @Test
  void seedsAreReadAsTheyWereWritten() {
    byte[] all = new byte[258];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) (i + 32);
    }
    assertThat(Seeds.read(Seeds.write(all))).isEqualTo(all);
    assertThat(Seeds.write("#".getBytes())).isEqualTo("\\x23");
    assertThat(Seeds.write(" a b ".getBytes())).isEqualTo("\\x20a b\\x20");
  }
}
