// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.observe;

import java.nio.ByteBuffer;

/**
 * A frame that passed a {@link WireTap}.
 *
 * @param opcode 0 to 15
 * @param fin whether it is the last of its message
 * @param reservedBits RSV1 to RSV3 as a number; 4 is RSV1, which marks compression
 * @param masked whether its payload is masked
 * @param payloadBytes how long its payload is, in bytes; a number without a sign, for malformed
 *     frames may say anything
 * @param closeCode what a close frame says, or 0
 * @param text whether its payload is text as it stands: of a text message that is not compressed
 * @param beginning how its payload begins, unmasked and read-only; as much as the tap was asked to
 *     keep
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.2">RFC 6455 section 5.2</a>
 */
public record WireFrame(
    int opcode,
    boolean fin,
    int reservedBits,
    boolean masked,
    long payloadBytes,
    int closeCode,
    boolean text,
    ByteBuffer beginning) {
  /** The opcode of a fragment that goes on with a message. */
  public static final int CONTINUATION = 0;

  /** The opcode of a text message, or its first fragment. */
  public static final int TEXT = 1;

  /** The opcode of a binary message, or its first fragment. */
  public static final int BINARY = 2;

  /** The opcode of a close frame. */
  public static final int CLOSE = 8;

  /** The opcode of a ping. */
  public static final int PING = 9;

  /** The opcode of a pong. */
  public static final int PONG = 10;

  /** Makes the beginning of the payload read-only. */
  public WireFrame {
    beginning = beginning.isReadOnly() ? beginning : beginning.asReadOnlyBuffer();
  }

  /** Returns a view of its own of how the payload begins. */
  @Override
  public ByteBuffer beginning() {
    return beginning.duplicate();
  }

  /** Returns whether it belongs to a message, and is no control frame. */
  public boolean isData() {
    return opcode < CLOSE;
  }

  /** Returns whether a compressed message begins with it. */
  public boolean isCompressed() {
    return (reservedBits & 4) != 0;
  }

  /** Returns the name of its opcode. */
  public String name() {
    return switch (opcode) {
      case CONTINUATION -> "continuation";
      case TEXT -> "text";
      case BINARY -> "binary";
      case CLOSE -> "close";
      case PING -> "ping";
      case PONG -> "pong";
      default -> "opcode " + opcode;
    };
  }

  /**
   * Describes it in a line, such as {@code text fin masked length=5 "hello"}. What is kept of the
   * payload stands at the end: text and the reason of a close frame in quotes, with what cannot be
   * printed escaped, anything else in hex digits; three dots follow if there is more.
   */
  @Override
  public String toString() {
    return name()
        + (fin ? " fin" : " more")
        + (reservedBits == 0 ? "" : " rsv=" + reservedBits)
        + (masked ? " masked" : "")
        + " length="
        + Long.toUnsignedString(payloadBytes)
        + (closeCode == 0 ? "" : " code=" + closeCode)
        + excerpt();
  }

  private String excerpt() {
    ByteBuffer shown = beginning();
    boolean cut = shown.remaining() != payloadBytes;
    boolean reason = opcode == CLOSE && payloadBytes != 1; // with a code before it
    if (reason) {
      shown.position(Math.min(2, shown.limit()));
    }
    if (!shown.hasRemaining()) {
      return "";
    }
    return " " + (reason || text ? Excerpt.quoted(shown, cut) : Excerpt.hex(shown, cut));
  }
}
