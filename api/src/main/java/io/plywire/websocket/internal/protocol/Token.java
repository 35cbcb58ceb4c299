// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

/** The words of HTTP: methods, field names, extensions, sub-protocols (RFC 9110 §5.6.2). */
public final class Token {

  private static final String MARKS = "!#$%&'*+-.^_`|~";

  private Token() {}

  /**
   * Tells whether {@code text} is a token.
   *
   * @param text any text
   * @return true if it is not empty and has token characters only
   */
  public static boolean isToken(String text) {
    return !text.isEmpty() && Chars.all(text, Token::isTokenChar);
  }

  /** Tells whether {@code c}, a character or a byte, may stand in a token. */
  static boolean isTokenChar(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || MARKS.indexOf(c) >= 0;
  }
}
