// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.websocket.internal.op.PreparedFrame;
import io.plywire.websocket.internal.protocol.Opcode;
import io.plywire.websocket.internal.protocol.Utf8;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Objects;

/**
 * A message that is checked and framed once and sent to many peers: a broadcast costs each server
 * stream one write of the same memory. Client streams must mask what they send, and so copy it. It
 * is never compressed, but when it ends a message whose earlier parts were.
 *
 * <p>Immutable and thread-safe. Its memory is direct and lives as long as the object.
 *
 * @see WebSocketStream#asyncWrite(PreparedMessage, io.plywire.stream.IoHandler)
 */
public final class PreparedMessage {
  private final PreparedFrame frame;

  private PreparedMessage(PreparedFrame frame) {
    this.frame = frame;
  }

  /**
   * Prepares a text message.
   *
   * @param text what to send
   * @throws IllegalArgumentException if the text has a surrogate without its partner
   */
  public static PreparedMessage text(String text) {
    return new PreparedMessage(new PreparedFrame(Opcode.TEXT, Utf8.encode(text)));
  }

  /**
   * Prepares a binary message.
   *
   * @param payload what to send, from position to limit; copied, and its position stays
   */
  public static PreparedMessage binary(ByteBuffer payload) {
    Objects.requireNonNull(payload, "payload");
    return new PreparedMessage(new PreparedFrame(Opcode.BINARY, payload));
  }

  /** Returns whether it is text or binary. */
  public MessageKind kind() {
    return frame.opcode() == Opcode.TEXT ? MessageKind.TEXT : MessageKind.BINARY;
  }

  /** Returns the length of its payload, in bytes. */
  public int size() {
    return frame.payloadLength();
  }

  PreparedFrame frame() {
    return frame;
  }

  @Override
  public String toString() {
    return "PreparedMessage[" + kind().name().toLowerCase(Locale.ROOT) + ", " + size() + " bytes]";
  }
}
