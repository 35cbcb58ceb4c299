// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import java.util.Arrays;
import java.util.Random;

/** Ways to cut an input into pieces; what comes of it must not depend on the way. */
public enum Cuts {
  WHOLE,
  BYTES,
  /** Pieces of 0 to 7 bytes, which the input decides on. */
  SMALL,
  /** Pieces of up to half the input. */
  LARGE;

  /** Returns where the pieces end, the last one at the length. */
  public int[] ends(byte[] input, int length) {
    Random random = new Random(Arrays.hashCode(input));
    int[] ends = new int[length + 1];
    int count = 0;
    for (int end = 0; end < length; ) {
      end +=
          switch (this) {
            case WHOLE -> length;
            case BYTES -> 1;
            case SMALL -> random.nextInt(8);
            case LARGE -> 1 + random.nextInt(length / 2 + 1);
          };
      end = Math.min(end, length);
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, 2 * count);
      }
      ends[count++] = end;
    }
    return count == 0 ? new int[] {0} : Arrays.copyOf(ends, count);
  }
}
