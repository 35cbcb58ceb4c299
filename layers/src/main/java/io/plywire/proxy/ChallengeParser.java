// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.layers.internal.FieldReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the challenges of a field such as {@code Proxy-Authenticate} (RFC 9110, section 11.6.1).
 * Several stand in one value, parted by the same commas as their parameters. What cannot be read
 * ends the value, and what stands before it counts.
 */
final class ChallengeParser {
  private final FieldReader field;

  private ChallengeParser(String text) {
    this.field = new FieldReader(text);
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
      field.skip(" \t,");
      String token = field.token();
      if (token.isEmpty()) {
        break;
      }
      int end = field.mark();
      field.skip(" \t");
      if (scheme != null && field.take('=')) {
        field.skip(" \t");
        boolean quoted = field.peek() == '"';
        String value = field.value();
        if (value == null && quoted) {
          break;
        }
        parameters.putIfAbsent(token.toLowerCase(Locale.ROOT), value == null ? "" : value);
      } else {
        if (scheme != null) {
          into.add(new Challenge(scheme, parameters));
        }
        scheme = token;
        parameters.clear();
        field.back(end);
        skipToken68();
      }
    }
    if (scheme != null) {
      into.add(new Challenge(scheme, parameters));
    }
  }

  /** Skips what a scheme may say in place of parameters, such as {@code Negotiate YII=}. */
  private void skipToken68() {
    int start = field.mark();
    field.skip(" \t");
    do {
      field.token();
    } while (field.take('/'));
    field.skip("=");
    field.skip(" \t");
    if (field.peek() != ',' && field.peek() != 0) {
      field.back(start);
    }
  }
}
