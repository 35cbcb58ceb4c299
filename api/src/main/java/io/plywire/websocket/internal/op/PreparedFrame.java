// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.BufferPool;
import io.plywire.websocket.internal.protocol.FrameEncoder;
import io.plywire.websocket.internal.protocol.FrameHeader;
import io.plywire.websocket.internal.protocol.MessageDeflater;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A whole unmasked message as one frame in direct memory, to be sent as it is by many streams. */
public final class PreparedFrame {
  private final byte opcode;
  private final byte rsv;
  private final int headerLength;
  private final int messageBytes;
  private final ByteBuffer frame; // read by many threads through views, written by none
  private final @Nullable CompressedForms forms; // null of one that is compressed itself

  /**
   * Makes a frame.
   *
   * @param opcode of the message
   * @param payload copied; its position stays
   */
  public PreparedFrame(int opcode, ByteBuffer payload) {
    this(opcode, 0, payload, payload.remaining());
  }

  private PreparedFrame(int opcode, int rsv, ByteBuffer payload, int messageBytes) {
    this.opcode = (byte) opcode;
    this.rsv = (byte) rsv;
    this.frame = FrameEncoder.unmaskedMessage(opcode, rsv, payload).asReadOnlyBuffer();
    this.headerLength = frame.remaining() - payload.remaining();
    this.messageBytes = messageBytes;
    this.forms = rsv == 0 ? new CompressedForms(this) : null;
  }

  /** Returns the opcode of the message. */
  public int opcode() {
    return opcode;
  }

  /** Returns the length of the payload. */
  public int payloadLength() {
    return frame.capacity() - headerLength;
  }

  /** Returns the length of the message, whose payload may be shorter, as it may be compressed. */
  int messageBytes() {
    return messageBytes;
  }

  /** Returns the reserved bits of the first frame. */
  byte rsv() {
    return rsv;
  }

  boolean isCompressed() {
    return rsv != 0;
  }

  /** Returns a view of header and payload. */
  ByteBuffer frame() {
    return frame.duplicate();
  }

  /** Returns a view of the payload. */
  ByteBuffer payload() {
    return frame.duplicate().position(headerLength);
  }

  /** Returns the compressed forms of the same message. */
  CompressedForms compressedForms() {
    return Objects.requireNonNull(forms);
  }

  /**
   * Makes the same message compressed.
   *
   * @param deflater as new; to be reset afterwards
   * @param pool lends memory for the time of the call
   * @return this one if the other would not be shorter
   */
  PreparedFrame compress(MessageDeflater deflater, BufferPool pool) {
    int longest = payloadLength() - 1;
    if (longest <= 0) {
      return this;
    }
    ByteBuffer out = pool.acquire(longest + MessageDeflater.HELD_BYTES);
    try {
      out.limit(longest + MessageDeflater.HELD_BYTES);
      deflater.beginFrame(out);
      if (!deflater.compress(payload(), out, true)) {
        return this;
      }
      deflater.endMessage(out, 0);
      return new PreparedFrame(opcode, FrameHeader.RSV1, out.flip(), messageBytes);
    } finally {
      pool.release(out);
    }
  }
}
