// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;

/** Payloads that tell where they were cut, swapped or mixed up. */
public final class Payloads {
  /** The sizes at which something changes: headers, buffers, and the very large. */
  public static final int[] SIZES = {0, 1, 125, 126, 65535, 65536, 1 << 20, 8 << 20};

  private Payloads() {}

  /** Returns bytes that differ for each seed and do not repeat. */
  public static byte[] bytes(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed * 31 + size).nextBytes(bytes);
    return bytes;
  }

  /** Returns text of so many bytes in UTF-8, with characters of every length. */
  public static String text(int bytes, long seed) {
    String[] alphabet = {"a", "Z", "é", "ж", "€", "語", "😀", "𝔘"};
    int[] lengths = {1, 1, 2, 2, 3, 3, 4, 4};
    Random random = new Random(seed * 31 + bytes);
    StringBuilder text = new StringBuilder(bytes);
    int left = bytes;
    while (left > 0) {
      int i = random.nextInt(alphabet.length);
      if (lengths[i] <= left) {
        text.append(alphabet[i]);
        left -= lengths[i];
      }
    }
    return text.toString();
  }

  public static long checksum(ByteBuffer bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes.duplicate());
    return sum.getValue();
  }

  public static long checksum(byte[] bytes) {
    return checksum(ByteBuffer.wrap(bytes));
  }
}
