// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.layers.internal.FieldReader;

/** A field of a head of HTTP. No rules of any particular field are known here. */
record HttpField(String name, String value) {
  private static final int SHOWN = 100;

  /** RFC 9110, section 5.6.2. */
  static boolean isToken(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> c < 0x80 && FieldReader.isTokenChar((char) c));
  }

  /** Returns what a stranger has said for a message: printable ASCII, and not too much. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), SHOWN); i++) {
      char c = text.charAt(i);
      shown.append(c < ' ' || c > '~' ? '?' : c);
    }
    if (text.length() > SHOWN) {
      shown.replace(SHOWN - 3, SHOWN, "...");
    }
    return shown.toString();
  }

  /** Its value is not shown. */
  @Override
  public String toString() {
    return name;
  }
}
