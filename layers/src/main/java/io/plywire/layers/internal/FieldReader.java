// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers.internal;

import org.jspecify.annotations.Nullable;

/** Reads the value of an HTTP field from left to right: tokens, quoted strings, what parts them. */
public final class FieldReader {
  private static final String TOKEN_SIGNS = "!#$%&'*+-.^_`|~";

  private final String text;
  private int at;

  /** Begins at the beginning. */
  public FieldReader(String text) {
    this.text = text;
  }

  /** Returns whether a character may stand in a token (RFC 9110 section 5.6.2). */
  public static boolean isTokenChar(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_SIGNS.indexOf(c) >= 0;
  }

  /** Returns whether nothing is left. */
  public boolean isAtEnd() {
    return at == text.length();
  }

  /** Returns the next character, or 0 at the end. */
  public char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  /** Returns where it stands, to come {@link #back}. */
  public int mark() {
    return at;
  }

  /** Goes back to a mark. */
  public void back(int mark) {
    at = mark;
  }

  /** Skips characters of a set. */
  public void skip(String which) {
    while (at < text.length() && which.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  /** Skips a character if it comes next, and returns whether it did. */
  public boolean take(char expected) {
    boolean found = at < text.length() && text.charAt(at) == expected;
    if (found) {
      at++;
    }
    return found;
  }

  /** Returns a token; empty if there is none. */
  public String token() {
    int start = at;
    while (isTokenChar(peek())) {
      at++;
    }
    return text.substring(start, at);
  }

  /** Returns a token, or what is between quotes; null if there is neither, or no end of it. */
  public @Nullable String value() {
    if (peek() == '"') {
      return quoted();
    }
    String token = token();
    return token.isEmpty() ? null : token;
  }

  private @Nullable String quoted() {
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return value.toString();
      }
      if (c == '\\') {
        at++;
        if (at == text.length()) {
          return null;
        }
        c = text.charAt(at);
      }
      value.append(c);
    }
    return null;
  }
}
