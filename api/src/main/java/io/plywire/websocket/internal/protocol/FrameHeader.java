// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.stream.BufferPool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of one frame (RFC 6455 §5.2). Mutable, so that one object serves all frames of a
 * stream. It knows how a header is written and its mask applied, not which headers are legal.
 */
public class FrameHeader {

  /** The longest header: two bytes, an eight-byte length and a masking key. */
  public static final int MAX_HEADER_BYTES = 14;

  /** The longest payload of a control frame. */
  public static final int MAX_CONTROL_PAYLOAD = 125;

  /** In {@link #rsv}: "this message is compressed" to permessage-deflate. */
  public static final int RSV1 = 4;

  static final int FIN_BIT = 0x80;
  static final int MASK_BIT = 0x80;

  /** The 7-bit lengths that announce two and eight further bytes of length. */
  static final int LENGTH_16 = 126;

  static final int LENGTH_64 = 127;

  /** Whether the message ends with this frame. */
  public boolean fin;

  /** The three reserved bits; {@link #RSV1} is the highest, the others have no meaning yet. */
  public byte rsv;

  /** What the frame is: see {@link Opcode}. */
  public byte opcode;

  /** Whether the payload is masked and a key precedes it. */
  public boolean masked;

  /** The four bytes of the key as a big-endian number; without meaning unless {@link #masked}. */
  public int maskingKey;

  /** Bytes of payload: 0 to 2<sup>63</sup>-1. */
  public long payloadLength;

  /** Makes a header of a non-final, unmasked, empty continuation frame. */
  public FrameHeader() {}

  /** Tells whether this is a close, ping or pong frame. */
  public boolean isControl() {
    return Opcode.isControl(opcode);
  }

  /** Returns the bytes that {@link #encode} writes. */
  public int encodedLength() {
    return encodedLength(payloadLength, masked);
  }

  /** Returns the bytes of a header with such a payload in its shortest form. */
  public static int encodedLength(long payloadLength, boolean masked) {
    int length = payloadLength < LENGTH_16 ? 2 : payloadLength <= 0xFFFF ? 4 : 10;
    return masked ? length + 4 : length;
  }

  /**
   * Writes the header in its shortest form and moves {@code out}'s position past it.
   *
   * @param out any buffer of any byte order with {@link #encodedLength()} bytes left
   */
  public void encode(ByteBuffer out) {
    boolean swap = out.order() != ByteOrder.BIG_ENDIAN;
    out.put((byte) ((fin ? FIN_BIT : 0) | rsv << 4 | opcode));
    int maskBit = masked ? MASK_BIT : 0;
    if (payloadLength < LENGTH_16) {
      out.put((byte) (maskBit | (int) payloadLength));
    } else if (payloadLength <= 0xFFFF) {
      out.put((byte) (maskBit | LENGTH_16));
      short length = (short) payloadLength;
      out.putShort(swap ? Short.reverseBytes(length) : length);
    } else {
      out.put((byte) (maskBit | LENGTH_64));
      out.putLong(swap ? Long.reverseBytes(payloadLength) : payloadLength);
    }
    if (masked) {
      out.putInt(swap ? Integer.reverseBytes(maskingKey) : maskingKey);
    }
  }

  /**
   * Masks or unmasks some of the payload where it is, if the frame is masked.
   *
   * @param offset the number of bytes of the payload before it
   * @param pool the one that may have lent the memory
   * @param from index of the first byte
   * @param to index after the last byte
   */
  public void maskPayload(long offset, BufferPool pool, ByteBuffer memory, int from, int to) {
    if (masked) {
      Masker.apply(pool, maskingKey, offset, memory, from, to);
    }
  }

  /**
   * Copies some of the payload, masking or unmasking it if the frame is masked. Both positions
   * move; the source's bytes stay.
   *
   * @param offset the number of bytes of the payload before it
   * @param pool the one that may have lent the target
   */
  public void copyPayload(
      long offset, ByteBuffer source, int count, BufferPool pool, ByteBuffer target) {
    if (masked) {
      Masker.copy(pool, maskingKey, offset, source, target, count);
    } else {
      int from = source.position();
      int to = target.position();
      target.put(to, source, from, count);
      source.position(from + count);
      target.position(to + count);
    }
  }

  @Override
  public String toString() {
    return Opcode.name(opcode)
        + (fin ? " fin" : "")
        + (rsv == 0 ? "" : " rsv=" + rsv)
        + (masked ? " masked" : "")
        + " length="
        + payloadLength;
  }
}
