// SPDX-License-Identifier: Apache-2.0
package io.plywire.jzlib;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.jzlib.Streams.ExactInflater;
import io.plywire.jzlib.Streams.Kind;
import io.plywire.websocket.deflate.Compressor;
import io.plywire.websocket.deflate.Decompressor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was compressed comes out again, with every parameter, and for no larger window. */
class RoundTripTest {
  private static final JzlibEngine ENGINE = new JzlibEngine();
  private static final int[] SIZES = {0, 1, 2, 3, 261, 1024, 2047, 2048, 2049, 7000, 128 * 1024};

  /** Many messages in a row, each of which may refer to those before it. */
  @ParameterizedTest
  @ValueSource(ints = {8, 9, 10, 11, 12, 13, 14, 15})
  void everyWindowAndLevel(int windowBits) throws Exception {
    for (int level = -1; level <= 9; level++) {
      int memoryLevel = 1 + Math.floorMod(level + windowBits, 9);
      Random random = new Random(level);
      try (Compressor compressor = ENGINE.compressor(windowBits, level, memoryLevel);
          Decompressor decompressor = ENGINE.decompressor(windowBits)) {
        ExactInflater exact = new ExactInflater(windowBits);
        for (int size : SIZES) {
          for (Kind kind : Kind.values()) {
            byte[] message = kind.bytes(random, size);
            byte[] compressed = Streams.compress(compressor, message, 5000);
            String what =
                "window bits %d, level %d, memory level %d, %d bytes of %s"
                    .formatted(windowBits, level, memoryLevel, size, kind);
            require(Streams.decompress(decompressor, compressed, size), message, what);
            require(exact.inflate(compressed, size), message, what);
            assertThat(compressed.length)
                .as(what)
                .isLessThan(level == 0 || kind == Kind.RANDOM ? size + size / 10 + 32 : size + 12);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9})
  void everyMemoryLevel(int memoryLevel) throws Exception {
    Random random = new Random(memoryLevel);
    for (int windowBits = 8; windowBits <= 15; windowBits++) {
      byte[] text = Kind.TEXT.bytes(random, 20_000);
      try (Compressor compressor = ENGINE.compressor(windowBits, 6, memoryLevel)) {
        ExactInflater exact = new ExactInflater(windowBits);
        for (int i = 0; i < 3; i++) {
          byte[] compressed = Streams.compress(compressor, text, 4096);
          require(exact.inflate(compressed, text.length), text, "window bits " + windowBits);
          assertThat(compressed.length).isLessThan(text.length / 2);
        }
      }
    }
  }

  /**
   * Matches as costly as they can be: far away, and of many lengths. A block of them is the longest
   * that there is, and has to fit the memory of each level.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9})
  void costlyMatches(int memoryLevel) throws Exception {
    Random random = new Random(memoryLevel);
    for (int windowBits : new int[] {8, 12, 15}) {
      int reach = (1 << Math.max(9, windowBits)) - 262;
      int size = Math.max(128 << 10, 100 << memoryLevel + 6); // one block and more
      for (int minLength : new int[] {3, 67}) {
        byte[] message = Streams.repeats(random, size, reach, minLength);
        try (Compressor compressor = ENGINE.compressor(windowBits, 6, memoryLevel)) {
          byte[] compressed = Streams.compress(compressor, message, 8192);
          byte[] back = new ExactInflater(windowBits).inflate(compressed, size);
          require(back, message, "window bits " + windowBits);
        }
      }
    }
  }

  /** What shows that the tests above would notice a match beyond the window. */
  @Test
  void aSmallerWindowDoesNotInflateWhatALargerOneCompressed() throws Exception {
    for (int windowBits = 10; windowBits <= 15; windowBits++) {
      byte[] message =
          Streams.repeats(new Random(windowBits), 100_000, (1 << windowBits) - 262, 20);
      try (Compressor compressor = ENGINE.compressor(windowBits, 9, 9)) {
        byte[] compressed = Streams.compress(compressor, message, 4096);
        require(new ExactInflater(windowBits).inflate(compressed, message.length), message, "");
        byte[] garbled = new ExactInflater(windowBits - 1).inflate(compressed, message.length);
        assertThat(Arrays.equals(garbled, message)).isFalse();
      }
    }
  }

  private static void require(byte[] actual, byte[] expected, String what) {
    if (!Arrays.equals(actual, expected)) { // at this size AssertJ's own comparison takes its time
      throw new AssertionError(
          what + ": differs at " + Arrays.mismatch(actual, expected) + " of " + expected.length);
    }
  }
}
