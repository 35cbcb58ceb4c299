// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The least that a floor has to know of frames, see RFC 6455 section 5.2: how long the client's is,
 * and how its header becomes the server's without moving the payload.
 */
final class Frames {
  /** The longest header of a client's frame. */
  static final int MAX_HEADER_BYTES = 14;

  /** By how much a client's header is longer than a server's. */
  static final int MASKING_KEY_BYTES = Integer.BYTES;

  private static final int FIN_TEXT = 0x81;
  private static final int FIN_BINARY = 0x82;
  private static final int MASK_BIT = 0x80;

  private Frames() {}

  /**
   * Returns the bytes of the header at a position, with the masking key; 0 if there are too few to
   * tell or to read it.
   */
  static int headerBytes(ByteBuffer in, int at, int end) throws IOException {
    if (end - at < 2) {
      return 0;
    }
    int second = in.get(at + 1);
    int first = in.get(at) & 0xFF;
    if ((first != FIN_BINARY && first != FIN_TEXT) || second >= 0) {
      throw new IOException("only whole and masked messages are echoed");
    }
    int length = second & 0x7F;
    int header = 2 + (length < 126 ? 0 : length == 126 ? 2 : 8) + MASKING_KEY_BYTES;
    return end - at < header ? 0 : header;
  }

  /** Returns the bytes of payload of the frame whose header is at a position. */
  static long payloadBytes(ByteBuffer in, int at) {
    int length = in.get(at + 1) & 0x7F;
    return length < 126
        ? length
        : length == 126 ? in.getShort(at + 2) & 0xFFFF : in.getLong(at + 2);
  }

  /** Returns the key of the frame whose header ends at a position. */
  static int maskingKey(ByteBuffer in, int headerEnd) {
    return in.getInt(headerEnd - MASKING_KEY_BYTES);
  }

  /** Writes the server's header over the client's, so that it ends where that does. */
  static void replaceHeader(ByteBuffer in, int at, int headerBytes) {
    int start = at + MASKING_KEY_BYTES;
    if (headerBytes == MAX_HEADER_BYTES) {
      long length = in.getLong(at + 2);
      in.putShort(start, (short) (in.getShort(at) & ~MASK_BIT)).putLong(start + 2, length);
    } else if (headerBytes == 8) {
      in.putInt(start, in.getInt(at) & ~(MASK_BIT << 16));
    } else {
      in.putShort(start, (short) (in.getShort(at) & ~MASK_BIT));
    }
  }

  /**
   * Unmasks in place.
   *
   * @param from where to begin
   * @param to where to end
   * @param key the masking key
   * @param offset how many bytes of the payload are before {@code from}
   */
  static void unmask(ByteBuffer in, int from, int to, int key, int offset) {
    int turned = Integer.rotateLeft(key, 8 * (offset & 3));
    long twice = ((turned & 0xFFFFFFFFL) << 32) | (turned & 0xFFFFFFFFL);
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      in.putLong(at, in.getLong(at) ^ twice);
    }
    for (; at < to; at++) {
      in.put(at, (byte) (in.get(at) ^ (turned >> 24)));
      turned = Integer.rotateLeft(turned, 8);
    }
  }
}
