// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

/**
 * What {@link Utf8Block} computes of eight bytes of a text at once. Each has its lane in a {@code
 * long}, the first one the lowest, and of what is computed only the upper bit of a lane counts.
 */
final class Utf8Lanes {
  /** The upper bit of each lane. */
  static final long UPPER = 0x8080_8080_8080_8080L;

  private static final long EACH = 0x0101_0101_0101_0101L;
  private static final long LOWER = 0x7F7F_7F7F_7F7F_7F7FL;

  private Utf8Lanes() {}

  /**
   * Returns where there is a fault, or a lead byte of which this does not tell: 0xC0, 0xC1, 0xE0,
   * 0xED, 0xF0 and above, and for the sake of speed 0xCC, 0xCD, 0xE1 and 0xEC. There are none in
   * most languages, and this is less than half of what the other two take.
   *
   * @param ahead the eight bytes before {@code here}
   */
  static long unsure(long here, long ahead) {
    long back1 = (here << 8) | (ahead >>> 56);
    long back2 = (here << 16) | (ahead >>> 48);
    long bit6 = back2 << 1; // of two bytes before, as the upper one
    long bit5 = back2 << 2;
    long bit4 = back2 << 3;
    long isContinuation = here & ~(here << 1);
    long mustBe = (back1 & (back1 << 1)) | (back2 & bit6 & bit5);
    // The upper bit of a lane stays clear if bits 3 to 1 are 000 or 110.
    long rest = (((back2 ^ bit6) & (0x08 * EACH)) | (back2 & (0x02 * EACH))) + 0x7E * EACH;
    long isOther = back2 & bit6 & ((bit5 & bit4) | (~rest & (bit5 | ~bit4)));
    return (isContinuation ^ mustBe) | isOther;
  }

  /**
   * Returns where a lead byte has not all its continuation bytes, or these have no lead.
   *
   * @param ahead the eight bytes before {@code here}
   */
  static long badStructure(long here, long ahead) {
    long back1 = (here << 8) | (ahead >>> 56);
    long back2 = (here << 16) | (ahead >>> 48);
    long back3 = (here << 24) | (ahead >>> 40);
    long isContinuation = here & ~(here << 1);
    long mustBe =
        (back1 & (back1 << 1)) // behind 0xC0 and all above
            | (back2 & ((back2 & LOWER) + (0x100 - 0xE0) * EACH))
            | (back3 & ((back3 & LOWER) + (0x100 - 0xF0) * EACH));
    return isContinuation ^ mustBe;
  }

  /**
   * Returns where a byte makes no code point with the lead byte before it (a form longer than need
   * be, a surrogate, a number above U+10FFFF), or follows a lead byte that there is not.
   *
   * @param ahead the eight bytes before {@code second}
   */
  static long badPair(long second, long ahead) {
    long lead = (second << 8) | (ahead >>> 56);
    long low = lead & LOWER; // with 0x100 - n added, the upper bit tells whether it was n or more
    long fromA0 = second << 2; // the second one is 0xA0 or more,
    long from90 = fromA0 | (second << 3); // 0x90 or more
    long belowC2 = (lead << 1) & ~(low + (0x100 - 0xC2) * EACH);
    long longE0 = (low + (0x100 - 0xE0) * EACH) & ~(low + (0x100 - 0xE1) * EACH) & ~fromA0;
    long surrogate = (low + (0x100 - 0xED) * EACH) & ~(low + (0x100 - 0xEE) * EACH) & fromA0;
    long longF0 = (low + (0x100 - 0xF0) * EACH) & ~(low + (0x100 - 0xF1) * EACH) & ~from90;
    long beyond = ((low + (0x100 - 0xF4) * EACH) & from90) | (low + (0x100 - 0xF5) * EACH);
    return lead & (belowC2 | longE0 | surrogate | longF0 | beyond);
  }
}
