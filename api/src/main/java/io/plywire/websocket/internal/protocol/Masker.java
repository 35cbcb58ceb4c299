// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.nio.ByteBuffer;

/** Masks and unmasks payloads, which is the same (RFC 6455 §5.3). */
public final class Masker {

  private Masker() {}

  /**
   * Masks the bytes between two absolute indices in place.
   *
   * @param key as in {@link FrameHeader#maskingKey}
   * @param offset the number of bytes of the frame's payload before {@code from}
   * @param buffer any writable buffer of any byte order; position, limit and order stay
   * @param from index of the first byte
   * @param to index after the last byte
   */
  public static void apply(int key, long offset, ByteBuffer buffer, int from, int to) {
    for (int i = from; i < to; i++) {
      buffer.put(i, (byte) (buffer.get(i) ^ key >>> 24 - 8 * (offset++ & 3)));
    }
  }

  /**
   * Copies bytes and masks the copy. Both positions move by {@code count}; the source's bytes stay.
   *
   * @param key as in {@link FrameHeader#maskingKey}
   * @param offset the number of bytes of the frame's payload before the source's position
   * @param source any buffer of any byte order with {@code count} bytes left
   * @param target any writable buffer of any byte order with {@code count} bytes of room
   * @param count how many bytes
   */
  public static void copy(int key, long offset, ByteBuffer source, ByteBuffer target, int count) {
    for (int i = 0; i < count; i++) {
      target.put((byte) (source.get() ^ key >>> 24 - 8 * (offset++ & 3)));
    }
  }
}
