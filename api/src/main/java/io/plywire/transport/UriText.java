// SPDX-License-Identifier: Apache-2.0
package io.plywire.transport;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.IntPredicate;

/** The characters of URIs, and those that are written in percent signs (RFC 3986 section 2). */
final class UriText {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private UriText() {}

  static boolean isAsciiLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** Whether a character means nothing but itself wherever it stands. */
  static boolean isUnreserved(int c) {
    return isAsciiLetterOrDigit(c) || "-._~".indexOf(c) >= 0;
  }

  /** Whether a character may stand in a URI, be it only by what RFC 3987 makes of it. */
  static boolean mayStand(int c) {
    return c > ' ' && !Character.isISOControl(c) && "\"<>\\^`{|}".indexOf(c) < 0;
  }

  /** Shows a character: as it is if that can be seen, and by its number. */
  static String show(int c) {
    String number = String.format(Locale.ROOT, "U+%04X", c);
    boolean visible = Character.isLetterOrDigit(c) || (c > ' ' && c < 0x7F);
    return visible ? "'" + Character.toString(c) + "' (" + number + ")" : number;
  }

  /** Returns a character as it is written where it cannot stand itself. */
  static String percentEncoded(int c) {
    StringBuilder text = new StringBuilder();
    for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
      text.append('%').append(HEX.toHexDigits(b));
    }
    return text.toString();
  }

  /**
   * Checks that a text can be written in UTF-8.
   *
   * @throws IllegalArgumentException if a surrogate has no partner
   */
  static void requirePairs(String text) {
    text.codePoints()
        .filter(c -> c <= Character.MAX_VALUE && Character.isSurrogate((char) c))
        .findFirst()
        .ifPresent(
            c -> {
              throw new IllegalArgumentException("the surrogate " + show(c) + " has no partner");
            });
  }

  /** Percent-encodes all characters but those to be kept, in a text of whole characters. */
  static String encode(String text, IntPredicate kept) {
    if (text.chars().allMatch(kept)) {
      return text;
    }
    StringBuilder encoded = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (kept.test(c)) {
        encoded.appendCodePoint(c);
      } else {
        encoded.append(percentEncoded(c));
      }
      i += Character.charCount(c);
    }
    return encoded.toString();
  }

  /**
   * Decodes percent signs, once.
   *
   * @throws IllegalArgumentException if one is followed by anything but two hex digits, or the
   *     bytes are not UTF-8
   */
  static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    requireTriplets(text);
    byte[] plain = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(plain.length);
    for (int i = 0; i < plain.length; i++) {
      if (plain[i] == '%') {
        bytes.put(
            (byte) (Character.digit(plain[i + 1], 16) << 4 | Character.digit(plain[i + 2], 16)));
        i += 2;
      } else {
        bytes.put(plain[i]);
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("'" + text + "' is not UTF-8 in percent signs", e);
    }
  }

  /** Checks that each percent sign is followed by two hex digits. */
  static void requireTriplets(String text) {
    for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
      if (!isHexDigit(text, at + 1) || !isHexDigit(text, at + 2)) {
        throw new IllegalArgumentException(
            "the '%' at index "
                + at
                + " of '"
                + text
                + "' is not followed by two hex digits; one that is data is written %25");
      }
    }
  }

  private static boolean isHexDigit(String text, int at) {
    return at < text.length() && HexFormat.isHexDigit(text.charAt(at));
  }
}
