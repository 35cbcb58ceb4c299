// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * Tells whether a stretch of a text is UTF-8, at a price that depends neither on its language nor
 * on how languages are mixed in it, but is half as much where {@link Utf8Lanes#unsure} finds
 * nothing.
 *
 * <p>The loops are written as the JIT of JDK 17 wants them before it makes vectors of them: over
 * arrays of {@code long}, with the same index in each, not too long, and always equally often: how
 * often is a constant. (With a count that it is told, it makes vectors in a benchmark and not in a
 * server.) Hence two copies of the bytes, one shifted by a {@code long}, two loops instead of one,
 * zeros behind a stretch that is shorter, and each loop once more for long stretches: what comes
 * before and after the vectors costs a quarter of a short one. The 17 KiB for that are held by each
 * thread that has validated such text, not by connections.
 */
final class Utf8Block {
  /** How long a stretch may be, in bytes. */
  static final int MAX = 4096;

  /** From how many bytes on this is faster than one sequence after the other. */
  static final int WORTHWHILE = 192;

  private static final int SHORT = MAX / 4;

  /** From how many bytes on a long one filled up with zeros is faster than short ones. */
  private static final int LONG_MIN = 3 * SHORT;

  /** After doubts, how many stretches are looked at thoroughly at once. */
  private static final int DOUBTFUL = 7;

  private static final ThreadLocal<Utf8Block> BLOCK = ThreadLocal.withInitial(Utf8Block::new);

  private static final int WORDS = MAX / Long.BYTES;
  private static final int SHORT_WORDS = SHORT / Long.BYTES;

  /** More that the arrays have, in words: 4 KiB apart, loads would wait for stores in others. */
  private static final int APART = 64;

  private final byte[] bytes = new byte[Long.BYTES + MAX]; // the first eight stay 0
  private final LongBuffer straight = words(Long.BYTES);
  private final LongBuffer shifted = words(0);
  private final long[] words = new long[WORDS + APART];
  private final long[] before = new long[WORDS + APART]; // for each of the words the one before it
  private final long[] faults = new long[WORDS];
  private int doubtful;

  private Utf8Block() {}

  /** Returns this thread's. */
  static Utf8Block get() {
    return BLOCK.get();
  }

  private LongBuffer words(int from) {
    return ByteBuffer.wrap(bytes, from, MAX).slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
  }

  /** Returns how many bytes of so many are best taken next. */
  static int next(int left) {
    return Math.min(left, left < LONG_MIN ? SHORT : MAX);
  }

  /**
   * Tells whether a stretch is valid.
   *
   * @param source has three to {@link #MAX} bytes between the two indices; a code point begins at
   *     the first, and one should end at the second
   */
  boolean isValid(byte[] source, int from, int to) {
    int length = to - from;
    boolean isLong = length > SHORT;
    int count = isLong ? WORDS : SHORT_WORDS;
    System.arraycopy(source, from, bytes, Long.BYTES, length);
    Arrays.fill(bytes, Long.BYTES + length, Long.BYTES + count * Long.BYTES, (byte) 0);
    straight.get(0, words, 0, count);
    shifted.get(0, before, 0, count);
    return !isCutOff(source, to) && (isPlain(isLong) || isFaultless(isLong));
  }

  /** Tells whether a lead byte is one of the last, without all its continuation bytes. */
  private static boolean isCutOff(byte[] source, int to) {
    return (source[to - 1] & 0xFF) >= 0xC0
        || (source[to - 2] & 0xFF) >= 0xE0
        || (source[to - 3] & 0xFF) >= 0xF0;
  }

  /** Tells whether it is valid without a thorough look, which takes longer. */
  private boolean isPlain(boolean isLong) {
    if (doubtful > 0) {
      doubtful--;
      return false;
    }
    if (isLong) {
      findDoubtsInLong(words, before, faults);
    } else {
      findDoubtsInShort(words, before, faults);
    }
    boolean isPlain = !isAny(isLong);
    doubtful = isPlain ? 0 : DOUBTFUL;
    return isPlain;
  }

  private boolean isFaultless(boolean isLong) {
    if (isLong) {
      findBadStructureInLong(words, before, faults);
      findBadPairsInLong(words, before, faults);
    } else {
      findBadStructureInShort(words, before, faults);
      findBadPairsInShort(words, before, faults);
    }
    return !isAny(isLong);
  }

  private boolean isAny(boolean isLong) {
    if (isLong) {
      fold(faults);
    }
    long any = 0;
    for (int i = 0; i < SHORT_WORDS; i += 4) {
      any |= faults[i] | faults[i + 1] | faults[i + 2] | faults[i + 3];
    }
    return (any & Utf8Lanes.UPPER) != 0;
  }

  private static void fold(long[] faults) {
    for (int i = 0; i < SHORT_WORDS; i++) {
      faults[i] |=
          faults[i + SHORT_WORDS] | faults[i + 2 * SHORT_WORDS] | faults[i + 3 * SHORT_WORDS];
    }
  }

  private static void findDoubtsInLong(long[] words, long[] before, long[] faults) {
    for (int i = 0; i < WORDS; i++) {
      faults[i] = Utf8Lanes.unsure(words[i], before[i]);
    }
  }

  private static void findDoubtsInShort(long[] words, long[] before, long[] faults) {
    for (int i = 0; i < SHORT_WORDS; i++) {
      faults[i] = Utf8Lanes.unsure(words[i], before[i]);
    }
  }

  private static void findBadStructureInLong(long[] words, long[] before, long[] faults) {
    for (int i = 0; i < WORDS; i++) {
      faults[i] = Utf8Lanes.badStructure(words[i], before[i]);
    }
  }

  private static void findBadStructureInShort(long[] words, long[] before, long[] faults) {
    for (int i = 0; i < SHORT_WORDS; i++) {
      faults[i] = Utf8Lanes.badStructure(words[i], before[i]);
    }
  }

  private static void findBadPairsInLong(long[] words, long[] before, long[] faults) {
    for (int i = 0; i < WORDS; i++) {
      faults[i] |= Utf8Lanes.badPair(words[i], before[i]);
    }
  }

  private static void findBadPairsInShort(long[] words, long[] before, long[] faults) {
    for (int i = 0; i < SHORT_WORDS; i++) {
      faults[i] |= Utf8Lanes.badPair(words[i], before[i]);
    }
  }
}
