// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An object of JSON on one line, whose members stand in the order in which they came. */
final class Json {
  private final StringBuilder members = new StringBuilder();

  /**
   * Adds a member.
   *
   * @param name its name, plain ASCII
   * @param value null, a boolean, a finite number, another object, a collection of these, or
   *     anything that is shown as a string
   */
  Json with(String name, @Nullable Object value) {
    members.append(members.length() == 0 ? "" : ",").append(quoted(name)).append(':');
    members.append(text(value));
    return this;
  }

  private static String text(@Nullable Object value) {
    if (value instanceof Collection<?> all) {
      return all.stream().map(Json::text).collect(Collectors.joining(",", "[", "]"));
    }
    return value == null
            || value instanceof Boolean
            || value instanceof Number
            || value instanceof Json
        ? String.valueOf(value)
        : quoted(value.toString());
  }

  /** What a terminal would act upon, and what is no text of Unicode, is escaped. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
              } else if (c == '\n') {
                quoted.append("\\n");
              } else if (c < 0x20
                  || (c >= 0x7f && c <= 0x9f)
                  || c == 0x2028
                  || c == 0x2029
                  || (c >= 0xd800 && c <= 0xdfff)) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    return quoted.append('"').toString();
  }

  @Override
  public String toString() {
    return "{" + members + "}";
  }
}
