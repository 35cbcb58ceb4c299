// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.BufferPool;
import io.plywire.websocket.internal.protocol.FrameHeader;
import java.nio.ByteBuffer;

/** The frame whose header was read last, and how much of its payload is still to come. */
final class IncomingFrame extends FrameHeader {
  /** Memory is prepared for a message of this length at most, if it comes after a long one. */
  private static final int LONGEST_PREPARED_FOR = 1 << 20;

  private long left;
  private int lastBytes;

  /** The header has been read. */
  void begin() {
    left = payloadLength;
  }

  /** All of the payload is used. */
  void end() {
    lastBytes = (int) Math.min(payloadLength, LONGEST_PREPARED_FOR);
  }

  /** Returns how long the payload of the last data frame was, or the most that matters. */
  int lastBytes() {
    return lastBytes;
  }

  /** Returns how many bytes of the payload were not used yet. */
  long left() {
    return left;
  }

  /** Tells whether none of the payload was used yet. */
  boolean isWhole() {
    return left == payloadLength;
  }

  /** Some of the payload is used. */
  void take(int bytes) {
    left -= bytes;
  }

  private long used() {
    return payloadLength - left;
  }

  /**
   * Unmasks payload in place, if it is masked.
   *
   * @param ahead how many bytes of unused payload are before it
   * @param pool the one that may have lent the memory
   */
  void unmask(int ahead, BufferPool pool, ByteBuffer memory, int from, int to) {
    maskPayload(used() + ahead, pool, memory, from, to);
  }

  /**
   * Copies the next bytes of the payload, unmasked; both positions move.
   *
   * @param pool the one that may have lent the memory they go to
   */
  void copy(BufferPool pool, ByteBuffer from, ByteBuffer to, int bytes) {
    copyPayload(used(), from, bytes, pool, to);
  }
}
