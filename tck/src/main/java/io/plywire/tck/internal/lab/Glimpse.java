// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * The first of some bytes, for the trace: small enough to be taken of every transfer, and turned
 * into text only when somebody reads it.
 *
 * @param place how many bytes of the direction came before, or -1 if nobody counts
 * @param bytes how many there are
 * @param first up to eight of them, the very first in the highest bits
 * @param shown how many those are
 */
record Glimpse(long place, long bytes, long first, int shown) {
  private static final int MOST = 8;

  /**
   * Looks at a buffer.
   *
   * @param place as above
   * @param buffer where the bytes are; its position does not matter
   * @param from where they begin
   * @param bytes how many there are said to be, which may be more than there can be
   */
  static Glimpse of(long place, ByteBuffer buffer, int from, long bytes) {
    int shown = (int) Math.max(0, Math.min(Math.min(bytes, MOST), buffer.limit() - from));
    long first = 0;
    for (int i = 0; i < shown; i++) {
      first |= (buffer.get(from + i) & 0xffL) << (8 * (MOST - 1 - i));
    }
    return new Glimpse(place, bytes, first, shown);
  }

  @Override
  public String toString() {
    if (bytes <= 0) {
      return "";
    }
    StringBuilder text = new StringBuilder(place < 0 ? ":" : ", from place " + place + ":");
    for (int i = 0; i < shown; i++) {
      text.append(String.format(Locale.ROOT, " %02x", first >>> (8 * (MOST - 1 - i)) & 0xff));
    }
    return text.append(shown < bytes ? " …" : "").toString();
  }
}
