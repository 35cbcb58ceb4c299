// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Cuts an input into pieces, in every way that a network might. */
final class Cuts {

  /** Up to this length there are few enough partitions to try them all. */
  private static final int SHORT = 10;

  private Cuts() {}

  /**
   * Passes the input to {@code test} whole, in two pieces at every index, and byte by byte; a short
   * one in all its partitions.
   */
  static void each(byte[] input, Consumer<List<byte[]>> test) {
    if (input.length <= SHORT) {
      for (int mask = 0; mask < 1 << Math.max(0, input.length - 1); mask++) {
        test.accept(partition(input, mask));
      }
      return;
    }
    test.accept(List.of(input));
    for (int cut = 0; cut <= input.length; cut++) {
      test.accept(List.of(Arrays.copyOf(input, cut), Arrays.copyOfRange(input, cut, input.length)));
    }
    List<byte[]> single = new ArrayList<>();
    for (byte b : input) {
      single.add(new byte[] {b});
    }
    test.accept(single);
  }

  /** Returns what is left in {@code buffer}, followed by {@code piece}, as a new buffer. */
  static ByteBuffer append(ByteBuffer buffer, byte[] piece) {
    return ByteBuffer.allocate(buffer.remaining() + piece.length).put(buffer).put(piece).flip();
  }

  private static List<byte[]> partition(byte[] input, int mask) {
    List<byte[]> pieces = new ArrayList<>();
    int from = 0;
    for (int to = 1; to <= input.length; to++) {
      if (to == input.length || (mask >>> to - 1 & 1) != 0) {
        pieces.add(Arrays.copyOfRange(input, from, to));
        from = to;
      }
    }
    return pieces;
  }
}
