// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.observe;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/** Shows bytes of strangers to people, on a line, without what a terminal would act upon. */
final class Excerpt {
  private static final String MORE = "...";

  private Excerpt() {}

  /** Returns hex digits. */
  static String hex(ByteBuffer bytes, boolean cut) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return HexFormat.of().formatHex(copy) + (cut ? MORE : "");
  }

  /**
   * Returns UTF-8 as text in quotes. What is no character stands there as its bytes.
   *
   * @param cut whether there is more, so that the last character may be a part of one, which is
   *     left out
   */
  static String quoted(ByteBuffer utf8, boolean cut) {
    ByteBuffer bytes = utf8.duplicate();
    CharBuffer chars = CharBuffer.allocate(bytes.remaining());
    StringBuilder text = new StringBuilder("\"");
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    while (true) {
      CoderResult result = decoder.decode(bytes, chars, !cut);
      chars.flip().codePoints().forEach(each -> append(text, each));
      chars.clear();
      if (!result.isError()) {
        return text.append('"').append(cut ? MORE : "").toString();
      }
      for (int i = 0; i < result.length(); i++) {
        text.append(String.format(Locale.ROOT, "\\x%02x", bytes.get()));
      }
    }
  }

  private static void append(StringBuilder text, int codePoint) {
    switch (codePoint) {
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      case '"', '\\' -> text.append('\\').appendCodePoint(codePoint);
      default -> {
        if (isPrintable(codePoint)) {
          text.appendCodePoint(codePoint);
        } else {
          text.append(String.format(Locale.ROOT, "\\u{%x}", codePoint));
        }
      }
    }
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT, // which may change the direction of what follows
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
