// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import java.util.Locale;
import java.util.Objects;

/**
 * What a close frame says: a code and a short text for logs.
 *
 * <p>An instance is always fit to be sent. The rules for received close frames are the same, so a
 * close frame that a peer was allowed to send yields an instance too, and one that breaks the rules
 * is a protocol violation and no {@code CloseReason}.
 *
 * <p>Immutable; safe to share.
 *
 * @param code {@link CloseCode#NONE}, or a {@linkplain CloseCode#isAllowedInFrame sendable} code
 * @param reason at most {@value #MAX_REASON_BYTES} bytes when encoded as UTF-8; empty if there is
 *     no code. Meant for people who debug, not for display to users
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1">RFC 6455 §5.5.1, Close</a>
 */
public record CloseReason(int code, String reason) {

  /** The longest reason in bytes of UTF-8: a control frame's 125 bytes less two for the code. */
  public static final int MAX_REASON_BYTES = 123;

  /** A close frame with an empty payload: neither code nor reason. */
  public static final CloseReason NONE = new CloseReason(CloseCode.NONE, "");

  /** Code 1000 without a reason: the ordinary end. */
  public static final CloseReason NORMAL = new CloseReason(CloseCode.NORMAL_CLOSURE, "");

  /**
   * Makes a close reason that can be sent.
   *
   * @throws IllegalArgumentException if {@code code} may not be sent, if a reason is given without
   *     a code, or if {@code reason} is too long or has a surrogate without its partner
   */
  public CloseReason {
    Objects.requireNonNull(reason, "reason");
    if (code == CloseCode.NONE) {
      if (!reason.isEmpty()) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "reason of %d chars without a close code", reason.length()));
      }
    } else if (!CloseCode.isAllowedInFrame(code)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "close code %d (%s) cannot be sent; allowed are 1000-1003, 1007-1014 and 3000-4999",
              code,
              CloseCode.describe(code)));
    }
    int bytes = utf8Length(reason);
    if (bytes > MAX_REASON_BYTES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "close reason of %d bytes exceeds limit %d", bytes, MAX_REASON_BYTES));
    }
  }

  /**
   * Makes a close reason without text.
   *
   * @param code {@link CloseCode#NONE} or a sendable code
   * @return the code with an empty reason
   * @throws IllegalArgumentException if {@code code} may not be sent
   */
  public static CloseReason of(int code) {
    return switch (code) {
      case CloseCode.NONE -> NONE;
      case CloseCode.NORMAL_CLOSURE -> NORMAL;
      default -> new CloseReason(code, "");
    };
  }

  /**
   * Tells whether there is a code.
   *
   * @return false for {@link #NONE} only
   */
  public boolean hasCode() {
    return code != CloseCode.NONE;
  }

  /** Prints code, name and reason, such as {@code 1001 (going away): bye}. */
  @Override
  public String toString() {
    if (!hasCode()) {
      return "no code";
    }
    String named = code + " (" + CloseCode.describe(code) + ")";
    return reason.isEmpty() ? named : named + ": " + reason;
  }

  private static int utf8Length(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes += 1;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (!Character.isSurrogate(c)) {
        bytes += 3;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "close reason has the lone surrogate U+%04X at index %d", (int) c, i));
      }
    }
    return bytes;
  }
}
