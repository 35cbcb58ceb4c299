// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.internal.protocol.MessageInflater;
import io.plywire.websocket.internal.protocol.Reusable;
import io.plywire.websocket.internal.protocol.Violation;
import java.nio.ByteBuffer;

/**
 * The payload of compressed messages (RFC 7692): unmasked where it was received, and decompressed
 * from there. A connection has this while it needs it, see {@link Compression}.
 */
final class CompressedPayload implements Reusable {
  /** What is guessed of a message's length before it is known. */
  private static final int ROOM_MIN = 512;

  private static final int ROOM_RATIO = 4;
  private static final int SKIPPED_AT_ONCE = 16 << 10;

  private final MessageInflater inflater;
  private int unmasked; // of what was received of the frame and is not used yet

  CompressedPayload(MessageInflater inflater) {
    this.inflater = inflater;
  }

  void beginMessage() {
    inflater.beginMessage();
  }

  void beginFrame() {
    unmasked = 0;
  }

  /** Returns how many bytes of the message have come out. */
  long inflated() {
    return inflater.inflated();
  }

  /** Tells whether there are bytes of the message that need no more of the frame. */
  boolean holdsBytes() {
    return inflater.holdsBytes();
  }

  /** Returns for how many bytes there should be room. */
  long roomWanted(IncomingFrame frame) {
    return Math.max(ROOM_MIN, Math.min(frame.left(), 1 << 30) * ROOM_RATIO);
  }

  /**
   * Decompresses what there is of the frame, as far as the room reaches.
   *
   * @return one of the outcomes of {@link MessageInflater}
   */
  int inflate(Connection c, IncomingFrame frame, ByteBuffer room) {
    boolean none = frame.left() == 0 || c.inbound.isEmpty();
    ByteBuffer from = none ? Sources.NOTHING : c.inbound.bytes();
    int start = from.position();
    int limit = from.limit();
    int n = (int) Math.min(from.remaining(), frame.left());
    if (n > unmasked) {
      frame.unmask(unmasked, c.executor.buffers(), from, start + unmasked, start + n);
      unmasked = n;
    }
    boolean last = frame.fin && n == frame.left();
    from.limit(start + n);
    int outcome = inflater.inflate(from, last, room, c.settings.readMessageMax);
    from.limit(limit);
    int used = from.position() - start;
    unmasked = Math.max(0, unmasked - used);
    frame.take(used);
    return outcome;
  }

  /** Tells whether what nobody wants has to be decompressed: later messages refer to it. */
  boolean isSkippedByInflating() {
    return inflater.hasTakeover();
  }

  /** Decompresses some of the frame to nowhere. */
  int skip(Connection c, IncomingFrame frame) {
    ByteBuffer nowhere = c.executor.buffers().acquire(SKIPPED_AT_ONCE);
    try {
      return inflate(c, frame, nowhere);
    } finally {
      c.executor.buffers().release(nowhere); // also when an engine throws what it must not
    }
  }

  @Override
  public boolean suits(DeflateOptions options, int windowBits) {
    return inflater.suits(options, windowBits);
  }

  @Override
  public void reset() {
    inflater.reset();
  }

  @Override
  public void release() {
    inflater.release();
  }

  /** Says what is wrong, after the outcome that it is. */
  Violation violation(Connection c, int outcome) {
    return outcome == MessageInflater.TOO_BIG
        ? new Violation(
            WebSocketError.MESSAGE_TOO_BIG,
            "a compressed message exceeds limit "
                + c.settings.readMessageMax
                + "; WebSocketOptions.withReadMessageMax changes it")
        : new Violation(
            WebSocketError.BAD_COMPRESSED_PAYLOAD,
            "a compressed message is corrupt: " + inflater.detail());
  }
}
