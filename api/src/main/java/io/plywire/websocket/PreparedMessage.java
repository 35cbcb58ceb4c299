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
 * stream one write of the same memory. Client streams must mask what they send, and so copy it.
 *
 * <p>To connections that have agreed on compression it goes compressed, as one of their own
 * messages would: if {@link WebSocketStream#compress} says so, and it is not shorter than {@link
 * io.plywire.websocket.deflate.DeflateOptions#threshold}. It is compressed once for all of them,
 * however many there are and on however many event loops, when the first of them sends it, with the
 * engine and the level of that one. Windows that are smaller than the message have a form for each
 * size. If it would not become shorter it goes as it is.
 *
 * <p>The compressed form stands alone. So does what a connection with context takeover sends next:
 * its window begins anew after a prepared message. Who mixes many messages of both kinds, and gains
 * more by takeover than by sharing, sends the prepared ones with {@code compress(false)}.
 *
 * <p>Thread-safe; what it says never changes. Its memory, that of the compressed form included, is
 * direct and lives as long as the object.
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
