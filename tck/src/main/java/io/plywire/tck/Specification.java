// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import io.plywire.tck.Rule.Force;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the rules from {@code SPEC.md}, so that there is no second table to disagree with it. */
final class Specification {
  private static final Pattern GROUP = Pattern.compile("### ([A-Z]\\d+) (.+)");
  private static final Pattern HEAD = Pattern.compile("#### ([A-Z]\\d+\\.\\d+) (MUST|SHOULD)");

  private static final Map<String, String> GROUPS = new LinkedHashMap<>();
  static final Map<String, Rule> RULES = new LinkedHashMap<>();

  static {
    read(text().lines().map(String::strip).filter(line -> !line.isEmpty()).toList());
  }

  private Specification() {}

  private static String text() {
    try (InputStream in = Specification.class.getResourceAsStream("SPEC.md")) {
      return new String(
          Objects.requireNonNull(in, "SPEC.md").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void read(List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      Matcher group = GROUP.matcher(lines.get(i));
      Matcher head = HEAD.matcher(lines.get(i));
      if (group.matches()) {
        GROUPS.put(group.group(1), group.group(2));
      } else if (head.matches()) {
        Rule rule =
            new Rule(
                head.group(1),
                Force.valueOf(head.group(2)),
                lines.get(i + 1),
                item(lines.get(i + 2), "Intent"),
                item(lines.get(i + 3), "Verified"),
                item(lines.get(i + 4), "Likely causes"));
        if (RULES.put(rule.id(), rule) != null || !GROUPS.containsKey(rule.group())) {
          throw new IllegalStateException("SPEC.md: " + rule.id() + " twice, or out of its group");
        }
      }
    }
  }

  private static String item(String line, String name) {
    String start = "- " + name + ": ";
    if (!line.startsWith(start)) {
      throw new IllegalStateException("SPEC.md: '" + start + "' is missing at '" + line + "'");
    }
    return line.substring(start.length());
  }

  /** Makes the maps unmodifiable for those who are given them. */
  static Map<String, String> groups() {
    return Collections.unmodifiableMap(GROUPS);
  }
}
