// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.internal.protocol.FrameEncoder;
import java.nio.ByteBuffer;

/** A whole unmasked message as one frame in direct memory, to be sent as it is by many streams. */
public final class PreparedFrame {
  private final int opcode;
  private final int headerLength;
  private final ByteBuffer frame; // read by many threads through views, written by none

  /**
   * Makes a frame.
   *
   * @param opcode of the message
   * @param payload copied; its position stays
   */
  public PreparedFrame(int opcode, ByteBuffer payload) {
    this.opcode = opcode;
    this.frame = FrameEncoder.unmaskedMessage(opcode, payload).asReadOnlyBuffer();
    this.headerLength = frame.remaining() - payload.remaining();
  }

  /** Returns the opcode of the message. */
  public int opcode() {
    return opcode;
  }

  /** Returns the length of the payload. */
  public int payloadLength() {
    return frame.capacity() - headerLength;
  }

  /** Returns a view of header and payload. */
  ByteBuffer frame() {
    return frame.duplicate();
  }

  /** Returns a view of the payload. */
  ByteBuffer payload() {
    return frame.duplicate().position(headerLength);
  }
}
