// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.stream.BufferPool;
import io.plywire.stream.Role;
import io.plywire.websocket.CloseReason;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames to be sent, as {@link FrameDecoder} reads those that come: headers, masks, and whole
 * control frames. It puts on the wire what it is told, and does not judge the sequence of frames.
 *
 * <p>A frame of data comes about in one of two ways. If the length of its payload is known, {@link
 * #begin} completes the header; {@link FrameHeader#encode} then writes it in front of the payload,
 * or {@link #prepend} does so in memory that has room there, and {@link FrameHeader#copyPayload}
 * brings the payload, in as many pieces as the caller likes. If not, the payload is put together
 * from {@link #PAYLOAD_START} on, and {@link #seal} does the rest.
 *
 * <p>Stateless and thread-safe: all connections of a role share one.
 */
public final class FrameEncoder {
  /** Where a payload is put together whose header comes later: the longest one fits before it. */
  public static final int PAYLOAD_START = FrameHeader.MAX_HEADER_BYTES;

  /** The longest control frame. */
  public static final int MAX_CONTROL_FRAME = 2 + 4 + FrameHeader.MAX_CONTROL_PAYLOAD;

  private static final FrameEncoder CLIENT = new FrameEncoder(MaskingKeys.secure());
  private static final FrameEncoder SERVER = new FrameEncoder(null);

  private final @Nullable MaskingKeySource keys;

  /** Makes one that masks with keys of a source, or not at all without one. */
  FrameEncoder(@Nullable MaskingKeySource keys) {
    this.keys = keys;
  }

  /** Returns the one of a role: clients mask, servers do not (RFC 6455 §5.1). */
  public static FrameEncoder of(Role role) {
    return role == Role.CLIENT ? CLIENT : SERVER;
  }

  // ---- data

  /**
   * Completes a header whose FIN, reserved bits and opcode are set: with the length, and a mask if
   * this role masks.
   */
  public void begin(FrameHeader header, long payloadLength) {
    header.payloadLength = payloadLength;
    header.masked = keys != null;
    header.maskingKey = keys == null ? 0 : keys.next();
  }

  /**
   * Writes a header right before what will be its payload.
   *
   * @param frame the payload from its position on, behind room for the header; its position moves
   *     back to the frame's beginning
   */
  public static void prepend(FrameHeader header, ByteBuffer frame) {
    int start = frame.position() - header.encodedLength();
    header.encode(frame.position(start));
    frame.position(start);
  }

  /**
   * Makes a frame of the payload between {@link #PAYLOAD_START} and the position: masks it where it
   * is, and writes the header before it.
   *
   * @param header FIN, reserved bits and opcode are set; takes the rest
   * @param pool the one that lent the buffer
   * @return the buffer, with the frame from position to limit
   */
  public ByteBuffer seal(FrameHeader header, BufferPool pool, ByteBuffer frame) {
    int end = frame.position();
    begin(header, (long) end - PAYLOAD_START);
    header.maskPayload(0, pool, frame, PAYLOAD_START, end);
    prepend(header, frame.position(PAYLOAD_START));
    return frame.limit(end);
  }

  /**
   * Makes a whole message one frame, unmasked, in direct memory of its own.
   *
   * @param payload its position stays
   */
  public static ByteBuffer unmaskedMessage(int opcode, int rsv, ByteBuffer payload) {
    FrameHeader header = new FrameHeader();
    header.fin = true;
    header.rsv = (byte) rsv;
    header.opcode = (byte) opcode;
    SERVER.begin(header, payload.remaining());
    ByteBuffer frame = ByteBuffer.allocateDirect(header.encodedLength() + payload.remaining());
    header.encode(frame);
    return frame.put(payload.duplicate()).flip();
  }

  // ---- control frames: their headers have one length, and there is no object for them

  /** Returns the length of a control frame. */
  public int controlFrameBytes(int payloadLength) {
    return controlHeaderBytes() + payloadLength;
  }

  /**
   * Appends a control frame.
   *
   * @param source its payload begins at an index; no position moves
   * @param length at most {@link FrameHeader#MAX_CONTROL_PAYLOAD}
   * @param out a big-endian buffer whose position moves past the frame
   */
  public void control(int opcode, ByteBuffer source, int from, int length, ByteBuffer out) {
    int start = out.position();
    int payload = start + controlHeaderBytes();
    out.put(payload, source, from, length).position(payload + length);
    sealControl(opcode, start, out);
  }

  /** Appends a close frame to a big-endian buffer. */
  public void close(CloseReason reason, ByteBuffer out) {
    int start = out.position();
    CloseFrame.encode(reason, out.position(start + controlHeaderBytes()));
    sealControl(Opcode.CLOSE, start, out);
  }

  private int controlHeaderBytes() {
    return FrameHeader.encodedLength(0, keys != null);
  }

  /** Makes a frame of the payload that stands behind room for a header, up to the position. */
  private void sealControl(int opcode, int start, ByteBuffer out) {
    int end = out.position();
    int payload = start + controlHeaderBytes();
    int length = end - payload;
    out.put(start, (byte) (FrameHeader.FIN_BIT | opcode));
    if (keys == null) {
      out.put(start + 1, (byte) length);
    } else {
      int key = keys.next();
      out.put(start + 1, (byte) (FrameHeader.MASK_BIT | length)).putInt(start + 2, key);
      Masker.apply(key, 0, out, payload, end);
    }
  }
}
