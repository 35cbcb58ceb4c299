// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the challenges of a field such as {@code Proxy-Authenticate} (RFC 9110, section 11.6.1).
 * Several stand in one value, parted by the same commas as their parameters. What cannot be read
 * ends the value, and what stands before it counts.
 */
final class ChallengeParser {
  private final String text;
  private int at;

  private ChallengeParser(String text) {
    this.text = text;
  }

  /** Returns what all values of the field offer, in order. */
  static List<Challenge> parse(List<String> values) {
    List<Challenge> challenges = new ArrayList<>();
    for (String value : values) {
      new ChallengeParser(value).read(challenges);
    }
    return challenges;
  }

  private void read(List<Challenge> into) {
    String scheme = null;
    Map<String, String> parameters = new HashMap<>();
    while (true) {
      skip(" \t,");
      String token = token();
      if (token.isEmpty()) {
        break;
      }
      int end = at;
      skip(" \t");
      if (scheme != null && peek() == '=') {
        at++;
        skip(" \t");
        String value = peek() == '"' ? quoted() : token();
        if (value == null) {
          break;
        }
        parameters.putIfAbsent(token.toLowerCase(Locale.ROOT), value);
      } else {
        if (scheme != null) {
          into.add(new Challenge(scheme, parameters));
        }
        scheme = token;
        parameters.clear();
        at = end;
        skipToken68();
      }
    }
    if (scheme != null) {
      into.add(new Challenge(scheme, parameters));
    }
  }

  /** Skips what a scheme may say in place of parameters, such as {@code Negotiate YII=}. */
  private void skipToken68() {
    int start = at;
    skip(" \t");
    while (HttpField.isTokenChar(peek()) || peek() == '/') {
      at++;
    }
    skip("=");
    skip(" \t");
    if (peek() != ',' && peek() != 0) {
      at = start;
    }
  }

  /** Returns the next character, or 0 at the end. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private void skip(String which) {
    while (at < text.length() && which.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private String token() {
    int start = at;
    while (HttpField.isTokenChar(peek())) {
      at++;
    }
    return text.substring(start, at);
  }

  /** Returns what is between quotes, or null if they do not end. */
  private @Nullable String quoted() {
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return value.toString();
      }
      if (c == '\\' && at + 1 < text.length()) {
        c = text.charAt(++at);
      }
      value.append(c);
    }
    return null;
  }
}
