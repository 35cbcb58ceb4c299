// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers.internal;

/** Shows what a peer has sent, for messages; nothing of it can disturb a log. */
public final class FirstBytes {
  private static final int SHOWN = 120;

  private FirstBytes() {}

  /** Shows bytes as text between quotes, with escapes for what is no text. */
  public static String text(byte[] bytes, int size) {
    StringBuilder text = new StringBuilder("'");
    for (int i = 0; i < Math.min(size, SHOWN); i++) {
      int b = bytes[i] & 0xff;
      if (b == '\r') {
        text.append("\\r");
      } else if (b == '\n') {
        text.append("\\n");
      } else if (b < ' ' || b > '~' || b == '\'' || b == '\\') {
        text.append("\\x").append(hex(b));
      } else {
        text.append((char) b);
      }
    }
    return text.append(size > SHOWN ? "…'" : "'").toString();
  }

  /** Returns two hexadecimal digits. */
  public static String hex(int b) {
    return "" + Character.forDigit(b >> 4 & 15, 16) + Character.forDigit(b & 15, 16);
  }
}
