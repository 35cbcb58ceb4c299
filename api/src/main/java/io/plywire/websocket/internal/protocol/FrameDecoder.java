// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.stream.Role;
import io.plywire.websocket.WebSocketError;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads frame headers and judges them: the structure of each, and its place in the sequence of
 * fragments. Payloads are the caller's; the decoder sees none of their bytes and only counts what
 * the headers announce.
 *
 * <p>A decoder looks ahead in the input and consumes a header only when all of it is there. It
 * fails as early as the bytes allow: most violations show in the first two. After a violation the
 * decoder stays there, because nothing behind it can be trusted.
 */
public final class FrameDecoder {

  /** The input ends inside a header; nothing was consumed. Come back with more. */
  public static final int NEED_MORE = 0;

  /** A header was consumed and stands in the output. */
  public static final int HEADER = 1;

  /** The peer broke the protocol or a limit: see {@link #violation()}. Nothing was consumed. */
  public static final int VIOLATION = 2;

  private final Role role;
  private boolean allowRsv1;
  private long messageMax;

  // The message in progress, or the last one.
  private boolean messageInProgress;
  private boolean messageCompressed;
  private byte messageOpcode;
  private long messageReceived;

  private @Nullable Violation violation;

  /**
   * Makes a decoder that allows no extension and no limit.
   *
   * @param role our own: servers demand masks, clients refuse them
   */
  public FrameDecoder(Role role) {
    this.role = role;
  }

  /** Sets whether a first data frame may have RSV1: permessage-deflate was negotiated. */
  public void allowRsv1(boolean allow) {
    allowRsv1 = allow;
  }

  /**
   * Sets the longest message in bytes of payload; 0 for no limit. Compressed messages are not
   * checked here: their size shows only when they are inflated.
   */
  public void messageMax(long bytes) {
    messageMax = bytes;
  }

  /** Tells whether a fragmented message awaits its continuation. */
  public boolean messageInProgress() {
    return messageInProgress;
  }

  /** Returns {@link Opcode#TEXT} or {@link Opcode#BINARY}: the kind of the current message. */
  public int messageOpcode() {
    return messageOpcode;
  }

  /** Tells whether the current message has RSV1. */
  public boolean messageCompressed() {
    return messageCompressed;
  }

  /** Returns the bytes of payload that the headers of the current message announced so far. */
  public long messageReceived() {
    return messageReceived;
  }

  /** Returns the rule the peer broke, with the value found and the one allowed; null if none. */
  public @Nullable Violation violation() {
    return violation;
  }

  /**
   * Decodes the header that begins at {@code in}'s position.
   *
   * @param in any buffer of any byte order; its position moves past a complete header only
   * @param out takes the header; changed only if the result is {@link #HEADER}
   * @return {@link #NEED_MORE}, {@link #HEADER} or {@link #VIOLATION}
   */
  public int decode(ByteBuffer in, FrameHeader out) {
    if (violation != null) {
      return VIOLATION;
    }
    int available = in.remaining();
    if (available < 2) {
      return NEED_MORE;
    }
    int at = in.position();
    int head = bigEndian(in.getShort(at), in) & 0xFFFF;
    int opcode = head >>> 8 & 0xF;
    boolean masked = (head & FrameHeader.MASK_BIT) != 0;
    int length7 = head & 0x7F;

    WebSocketError error = check(head, opcode, masked, length7);
    if (error != null) {
      return violate(error, head, length7);
    }

    long length = length7;
    int headerLength = 2;
    if (length7 == FrameHeader.LENGTH_16) {
      headerLength = 4;
      if (available < headerLength) {
        return NEED_MORE;
      }
      length = bigEndian(in.getShort(at + 2), in) & 0xFFFF;
    } else if (length7 == FrameHeader.LENGTH_64) {
      headerLength = 10;
      if (available < headerLength) {
        return NEED_MORE;
      }
      length = bigEndian(in.getLong(at + 2), in);
    }
    error = checkLength(head, opcode, length7, length);
    if (error != null) {
      return violate(error, head, length);
    }

    int maskingKey = 0;
    if (masked) {
      headerLength += 4;
      if (available < headerLength) {
        return NEED_MORE;
      }
      maskingKey = bigEndian(in.getInt(at + headerLength - 4), in);
    }

    in.position(at + headerLength);
    out.fin = (head & FrameHeader.FIN_BIT << 8) != 0;
    out.rsv = (byte) (head >>> 12 & 7);
    out.opcode = (byte) opcode;
    out.masked = masked;
    out.maskingKey = maskingKey;
    out.payloadLength = length;
    if (!Opcode.isControl(opcode)) {
      advance(out);
    }
    return HEADER;
  }

  /** Judges what the first two bytes show. The order of the checks is part of the contract. */
  private @Nullable WebSocketError check(int head, int opcode, boolean masked, int length7) {
    int rsv = head >>> 12 & 7;
    switch (opcode) {
      case Opcode.TEXT, Opcode.BINARY -> {
        // RFC 6455 §5.4: fragments of different messages are not interleaved.
        if (messageInProgress) {
          return WebSocketError.BAD_DATA_FRAME;
        }
        // RFC 7692 §6: RSV1 stands on the first frame of a message only.
        if ((rsv & ~(allowRsv1 ? FrameHeader.RSV1 : 0)) != 0) {
          return WebSocketError.BAD_RESERVED_BITS;
        }
      }
      case Opcode.CONTINUATION -> {
        if (!messageInProgress) {
          return WebSocketError.BAD_CONTINUATION;
        }
        if (rsv != 0) {
          return WebSocketError.BAD_RESERVED_BITS;
        }
      }
      case Opcode.CLOSE, Opcode.PING, Opcode.PONG -> {
        // RFC 6455 §5.5: control frames are short and never fragmented.
        if ((head & FrameHeader.FIN_BIT << 8) == 0) {
          return WebSocketError.BAD_CONTROL_FRAGMENT;
        }
        if (length7 > FrameHeader.MAX_CONTROL_PAYLOAD) {
          return WebSocketError.BAD_CONTROL_SIZE;
        }
        if (rsv != 0) {
          return WebSocketError.BAD_RESERVED_BITS;
        }
      }
      default -> {
        return WebSocketError.BAD_OPCODE;
      }
    }
    // RFC 6455 §5.1: clients mask, servers do not.
    if (masked != (role == Role.SERVER)) {
      return masked ? WebSocketError.BAD_MASKED_FRAME : WebSocketError.BAD_UNMASKED_FRAME;
    }
    return null;
  }

  private @Nullable WebSocketError checkLength(int head, int opcode, int length7, long length) {
    // RFC 6455 §5.2: the shortest form is the only one, and the highest bit is 0.
    if ((length7 == FrameHeader.LENGTH_16 && length < FrameHeader.LENGTH_16)
        || (length7 == FrameHeader.LENGTH_64 && length <= 0xFFFF)) {
      return WebSocketError.BAD_SIZE;
    }
    if (Opcode.isControl(opcode)) {
      return null;
    }
    boolean first = opcode != Opcode.CONTINUATION;
    long before = first ? 0 : messageReceived;
    if (length > Long.MAX_VALUE - before) {
      return WebSocketError.MESSAGE_TOO_BIG;
    }
    boolean compressed = first ? (head & FrameHeader.RSV1 << 12) != 0 : messageCompressed;
    if (!compressed && messageMax > 0 && before + length > messageMax) {
      return WebSocketError.MESSAGE_TOO_BIG;
    }
    return null;
  }

  private void advance(FrameHeader header) {
    if (header.opcode != Opcode.CONTINUATION) {
      messageOpcode = header.opcode;
      messageCompressed = (header.rsv & FrameHeader.RSV1) != 0;
      messageReceived = 0;
    }
    messageReceived += header.payloadLength;
    messageInProgress = !header.fin;
  }

  private int violate(WebSocketError error, int head, long length) {
    violation = new Violation(error, describe(error, head, length));
    return VIOLATION;
  }

  private String describe(WebSocketError error, int head, long length) {
    int opcode = head >>> 8 & 0xF;
    String frame = Opcode.name(opcode) + " frame";
    return switch (error) {
      case BAD_OPCODE -> String.format(Locale.ROOT, "opcode %d is reserved", opcode);
      case BAD_DATA_FRAME ->
          String.format(
              Locale.ROOT,
              "%s while a fragmented %s message is unfinished after %d bytes",
              frame,
              Opcode.name(messageOpcode),
              messageReceived);
      case BAD_CONTINUATION ->
          String.format(Locale.ROOT, "%s without a message to continue", frame);
      case BAD_RESERVED_BITS ->
          String.format(
              Locale.ROOT,
              "%s with reserved bits %s, allowed is %s",
              frame,
              bits(head >>> 12 & 7),
              bits(allowedRsv(opcode)));
      case BAD_CONTROL_FRAGMENT -> String.format(Locale.ROOT, "%s without FIN", frame);
      case BAD_CONTROL_SIZE ->
          String.format(
              Locale.ROOT,
              "%s with length %s exceeds limit %d",
              frame,
              length == FrameHeader.LENGTH_16 ? "of 16 bits" : "of 64 bits",
              FrameHeader.MAX_CONTROL_PAYLOAD);
      case BAD_UNMASKED_FRAME ->
          String.format(Locale.ROOT, "%s from a client is not masked", frame);
      case BAD_MASKED_FRAME -> String.format(Locale.ROOT, "%s from a server is masked", frame);
      case BAD_SIZE ->
          length < 0
              ? String.format(
                  Locale.ROOT, "%s with length 0x%X, the highest bit must be 0", frame, length)
              : String.format(
                  Locale.ROOT,
                  "%s with length %d in %d bits, a shorter form exists",
                  frame,
                  length,
                  (head & 0x7F) == FrameHeader.LENGTH_16 ? 16 : 64);
      case MESSAGE_TOO_BIG -> {
        long before = opcode == Opcode.CONTINUATION ? messageReceived : 0;
        boolean overflow = length > Long.MAX_VALUE - before;
        yield String.format(
            Locale.ROOT,
            "%s of %d bytes after %d bytes of the same message exceeds limit %d%s",
            frame,
            length,
            before,
            overflow ? Long.MAX_VALUE : messageMax,
            overflow ? "" : "; WebSocketOptions.withReadMessageMax changes it");
      }
      default -> error.description();
    };
  }

  private int allowedRsv(int opcode) {
    boolean first = opcode == Opcode.TEXT || opcode == Opcode.BINARY;
    return first && allowRsv1 ? FrameHeader.RSV1 : 0;
  }

  private static String bits(int rsv) {
    return String.format(Locale.ROOT, "%d%d%d", rsv >> 2 & 1, rsv >> 1 & 1, rsv & 1);
  }

  private static short bigEndian(short value, ByteBuffer in) {
    return in.order() == ByteOrder.BIG_ENDIAN ? value : Short.reverseBytes(value);
  }

  private static int bigEndian(int value, ByteBuffer in) {
    return in.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
  }

  private static long bigEndian(long value, ByteBuffer in) {
    return in.order() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
  }
}
