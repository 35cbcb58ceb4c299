// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.websocket.internal.protocol.Utf8;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Objects;

/**
 * A whole message that was received. It belongs to whoever received it.
 *
 * @param kind text, which has been validated as UTF-8, or binary
 * @param payload its bytes, from position to limit
 */
public record Message(MessageKind kind, ByteBuffer payload) {
  /** Makes a message of a payload that is not copied. */
  public Message {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(payload, "payload");
  }

  /** Returns the payload as text. The position of the payload stays. */
  public String text() {
    return Utf8.decode(payload);
  }

  /** Returns a copy of the payload. The position of the payload stays. */
  public byte[] bytes() {
    byte[] copy = new byte[payload.remaining()];
    payload.duplicate().get(copy);
    return copy;
  }

  @Override
  public String toString() {
    return "Message["
        + kind.name().toLowerCase(Locale.ROOT)
        + ", "
        + payload.remaining()
        + " bytes]";
  }
}
