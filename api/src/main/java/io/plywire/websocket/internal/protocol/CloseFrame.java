// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The payload of close frames: nothing, or a code and a reason (RFC 6455 §5.5.1). */
public final class CloseFrame {

  private CloseFrame() {}

  /**
   * What the payload of a received close frame says.
   *
   * @param reason code and text; {@link CloseReason#NONE} if there is a violation
   * @param violation the rule it breaks, or null
   */
  public record Parsed(CloseReason reason, @Nullable Violation violation) {}

  /**
   * Writes the payload for {@code reason} and moves {@code out}'s position past it.
   *
   * @param reason what to say
   * @param out any buffer of any byte order with 125 bytes of room
   */
  public static void encode(CloseReason reason, ByteBuffer out) {
    if (reason.hasCode()) {
      out.put((byte) (reason.code() >>> 8));
      out.put((byte) reason.code());
      out.put(reason.reason().getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Judges the payload of a close frame.
   *
   * @param payload the unmasked payload, all that remains; consumed
   */
  public static Parsed parse(ByteBuffer payload) {
    int length = payload.remaining();
    if (length == 0) {
      return new Parsed(CloseReason.NONE, null);
    }
    if (length == 1) {
      payload.get();
      return violation(WebSocketError.BAD_CLOSE_SIZE, "close frame of 1 byte, a code takes 2");
    }
    int code = ((payload.get() & 0xFF) << 8) | (payload.get() & 0xFF);
    byte[] text = new byte[payload.remaining()];
    payload.get(text);
    if (!CloseCode.isAllowedInFrame(code)) {
      return violation(
          WebSocketError.BAD_CLOSE_CODE,
          String.format(
              Locale.ROOT, "close code %d (%s) may not be sent", code, CloseCode.describe(code)));
    }
    Utf8Validator utf8 = new Utf8Validator();
    if (!utf8.validate(ByteBuffer.wrap(text), 0, text.length) || !utf8.complete()) {
      return violation(
          WebSocketError.BAD_CLOSE_PAYLOAD,
          String.format(Locale.ROOT, "close reason of %d bytes is not valid UTF-8", text.length));
    }
    return new Parsed(new CloseReason(code, new String(text, StandardCharsets.UTF_8)), null);
  }

  /**
   * Returns how a received close frame is answered: with its code, or 1000 if it had none, and
   * without a reason.
   */
  public static CloseReason reply(CloseReason received) {
    return received.hasCode() ? CloseReason.of(received.code()) : CloseReason.NORMAL;
  }

  private static Parsed violation(WebSocketError error, String detail) {
    return new Parsed(CloseReason.NONE, new Violation(error, detail));
  }
}
