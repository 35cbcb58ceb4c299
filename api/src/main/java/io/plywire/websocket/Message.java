// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A whole message that was received. It belongs to whoever received it.
 *
 * @param binary whether it is binary; text has been validated as UTF-8
 * @param payload its bytes, from position to limit
 */
public record Message(boolean binary, ByteBuffer payload) {
  /** Returns the payload as text. The position of the payload stays. */
  public String text() {
    return StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
  }

  /** Returns a copy of the payload. The position of the payload stays. */
  public byte[] bytes() {
    byte[] copy = new byte[payload.remaining()];
    payload.duplicate().get(copy);
    return copy;
  }

  @Override
  public String toString() {
    return "Message[" + (binary ? "binary" : "text") + ", " + payload.remaining() + " bytes]";
  }
}
