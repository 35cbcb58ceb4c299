// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.BufferPool;
import io.plywire.websocket.internal.protocol.FrameHeader;
import java.nio.ByteBuffer;

/** The frame whose header was read last, and how much of its payload is still to come. */
final class IncomingFrame extends FrameHeader {
  private long left;

  /** The header has been read. */
  void begin() {
    left = payloadLength;
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
