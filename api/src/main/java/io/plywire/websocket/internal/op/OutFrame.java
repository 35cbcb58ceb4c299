// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.BufferPool;
import io.plywire.websocket.internal.protocol.FrameHeader;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The data frame that is being sent: its header, the way it goes, and how much of it has gone. */
final class OutFrame extends FrameHeader {
  /** How a frame goes to the next layer; {@link WriteOp} tells which one does. */
  enum Way {
    /** Through a borrowed buffer, in as many fillings as it takes. */
    COPIED,
    /** The header from a borrowed buffer, and the caller's buffers behind it. */
    GATHERED,
    /** From where it is: header and payload are in one piece that is not borrowed. */
    IN_PLACE,
    /** Put together as a whole, compressed, in a borrowed buffer. */
    DEFLATED
  }

  private Way way = Way.COPIED;
  private @Nullable ByteBuffer bytes; // what goes next, between position and limit
  private final ByteBuffer[] toNextLayer = {Sources.NOTHING};
  private long taken; // by the next layer, header included

  Way way() {
    return way;
  }

  void way(Way chosen) {
    if (way != chosen) { // it seldom does, and a reference costs more to store than to compare
      way = chosen;
    }
  }

  /** Begins to be sent from some bytes, which are borrowed unless it goes in place. */
  void begin(ByteBuffer from) {
    bytes = from;
    taken = 0;
  }

  /** Returns what goes next, between position and limit. */
  ByteBuffer bytes() {
    return Objects.requireNonNull(bytes);
  }

  /** Returns what goes next, for the next layer to take from. */
  ByteBuffer[] toNextLayer() {
    toNextLayer[0] = bytes();
    return toNextLayer;
  }

  /** The next layer has taken some. */
  void take(long count) {
    toNextLayer[0] = Sources.NOTHING;
    taken += count;
  }

  /** Returns how many bytes header and payload have. */
  long length() {
    return encodedLength() + payloadLength;
  }

  /** Returns how many bytes the next layer has not taken. */
  long left() {
    return length() - taken;
  }

  /** Returns how many bytes of the payload the next layer has taken. */
  long payloadTaken() {
    return Math.max(0, Math.min(payloadLength, taken - encodedLength()));
  }

  /** Ends, whether or not it has gone. */
  void end(BufferPool pool) {
    ByteBuffer dropped = bytes;
    bytes = null;
    if (dropped != null && way != Way.IN_PLACE) {
      pool.release(dropped);
    }
  }
}
