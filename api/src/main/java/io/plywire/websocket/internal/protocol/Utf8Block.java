// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * Tells whether a stretch of a text is UTF-8, at a price that depends neither on its language nor
 * on how languages are mixed in it. Each byte has its lane in a {@code long} of eight, and of what
 * is computed only the upper bit of a lane counts.
 *
 * <p>The loops are written as the JIT of JDK 17 wants them before it makes vectors of them: over
 * arrays of {@code long}, with the same index in each, not too long, and always equally often: how
 * often is a constant. (With a count that it is told, it makes vectors in a benchmark and not in a
 * server.) Hence two copies of the bytes, one shifted by a {@code long}, two loops instead of one,
 * and zeros behind a stretch that is shorter.
 */
final class Utf8Block {
  /** How long a stretch may be, in bytes. */
  static final int MAX = 1024;

  /** From how many bytes on this is faster than one sequence after the other. */
  static final int WORTHWHILE = 192;

  private static final ThreadLocal<Utf8Block> BLOCK = ThreadLocal.withInitial(Utf8Block::new);

  private static final int WORDS = MAX / Long.BYTES;
  private static final long EACH = 0x0101_0101_0101_0101L;
  private static final long UPPER = 0x8080_8080_8080_8080L;
  private static final long LOWER = 0x7F7F_7F7F_7F7F_7F7FL;

  private final byte[] bytes = new byte[Long.BYTES + MAX]; // the first eight stay 0
  private final LongBuffer straight = words(Long.BYTES);
  private final LongBuffer shifted = words(0);
  private final long[] words = new long[WORDS];
  private final long[] before = new long[WORDS]; // for each of the words the one before it
  private final long[] faults = new long[WORDS];

  private Utf8Block() {}

  /** Returns this thread's. */
  static Utf8Block get() {
    return BLOCK.get();
  }

  private LongBuffer words(int from) {
    return ByteBuffer.wrap(bytes, from, MAX).slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
  }

  /**
   * Tells whether a stretch is valid.
   *
   * @param source has three to {@link #MAX} bytes between the two indices; a code point begins at
   *     the first, and one should end at the second
   */
  boolean isValid(byte[] source, int from, int to) {
    int length = to - from;
    System.arraycopy(source, from, bytes, Long.BYTES, length);
    Arrays.fill(bytes, Long.BYTES + length, bytes.length, (byte) 0);
    straight.get(0, words);
    shifted.get(0, before);
    findBadStructure(words, before, faults);
    findBadPairs(words, before, faults);
    long any = 0;
    for (int i = 0; i < WORDS; i += 4) {
      any |= faults[i] | faults[i + 1] | faults[i + 2] | faults[i + 3];
    }
    return (any & UPPER) == 0 && !isCutOff(source, to);
  }

  /** Tells whether a lead byte is one of the last, without all its continuation bytes. */
  private static boolean isCutOff(byte[] source, int to) {
    return (source[to - 1] & 0xFF) >= 0xC0
        || (source[to - 2] & 0xFF) >= 0xE0
        || (source[to - 3] & 0xFF) >= 0xF0;
  }

  /** Looks for lead bytes without all their continuation bytes, and for these without a lead. */
  private static void findBadStructure(long[] words, long[] before, long[] faults) {
    for (int i = 0; i < WORDS; i++) {
      long here = words[i];
      long ahead = before[i];
      long back1 = (here << 8) | (ahead >>> 56);
      long back2 = (here << 16) | (ahead >>> 48);
      long back3 = (here << 24) | (ahead >>> 40);
      long isContinuation = here & ~(here << 1);
      long mustBe =
          (back1 & (back1 << 1)) // behind 0xC0 and all above
              | (back2 & ((back2 & LOWER) + (0x100 - 0xE0) * EACH))
              | (back3 & ((back3 & LOWER) + (0x100 - 0xF0) * EACH));
      faults[i] = isContinuation ^ mustBe;
    }
  }

  /**
   * Looks for bytes with which the lead byte before them makes no code point (a form longer than
   * need be, a surrogate, a number above U+10FFFF), and for lead bytes that there are not.
   */
  private static void findBadPairs(long[] words, long[] before, long[] faults) {
    for (int i = 0; i < WORDS; i++) {
      long second = words[i];
      long lead = (second << 8) | (before[i] >>> 56);
      long low = lead & LOWER; // with 0x100 - n added, the upper bit tells whether it was n or more
      long fromA0 = second << 2; // the second one is 0xA0 or more,
      long from90 = fromA0 | (second << 3); // 0x90 or more
      long belowC2 = (lead << 1) & ~(low + (0x100 - 0xC2) * EACH);
      long longE0 = (low + (0x100 - 0xE0) * EACH) & ~(low + (0x100 - 0xE1) * EACH) & ~fromA0;
      long surrogate = (low + (0x100 - 0xED) * EACH) & ~(low + (0x100 - 0xEE) * EACH) & fromA0;
      long longF0 = (low + (0x100 - 0xF0) * EACH) & ~(low + (0x100 - 0xF1) * EACH) & ~from90;
      long beyond = ((low + (0x100 - 0xF4) * EACH) & from90) | (low + (0x100 - 0xF5) * EACH);
      faults[i] |= lead & (belowC2 | longE0 | surrogate | longF0 | beyond);
    }
  }
}
