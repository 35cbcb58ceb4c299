// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.report;

import io.plywire.tck.CheckResult;
import io.plywire.tck.Condition;
import io.plywire.tck.Rule;
import io.plywire.tck.TckReport;
import io.plywire.tck.Waiver;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The report for programs (RFC 8259). */
public final class JsonReport {
  private JsonReport() {}

  public static String of(TckReport report) {
    return "{\n"
        + field("subject", report.subject())
        + field("traits", report.traits())
        + "  \"conforms\": "
        + report.isOk()
        + ",\n  \"seed\": "
        + report.environment().seed()
        + ",\n  \"waivers\": "
        + list(report.waivers().stream().map(JsonReport::waiver).toList())
        + ",\n  \"results\": "
        + list(report.results().stream().map(JsonReport::result).toList())
        + ",\n  \"conditions\": "
        + conditions(report.conditions())
        + "\n}\n";
  }

  private static String field(String name, String value) {
    return "  " + quote(name) + ": " + quote(value) + ",\n";
  }

  private static String list(List<String> items) {
    return items.stream().collect(Collectors.joining(",\n    ", "[\n    ", "\n  ]"));
  }

  private static String waiver(Waiver waiver) {
    return String.format(
        Locale.ROOT,
        "{\"rule\": %s, \"reason\": %s, \"link\": %s}",
        quote(waiver.rule()),
        quote(waiver.reason()),
        quote(waiver.link().toString()));
  }

  private static String result(CheckResult result) {
    Rule violated = result.violated();
    return String.format(
        Locale.ROOT,
        "{\"rule\": %s, \"force\": %s, \"check\": %s, \"status\": %s, \"millis\": %d, \"violated\": %s, \"message\": %s, \"trace\": [%s]}",
        quote(result.check().rule().id()),
        quote(result.check().rule().force().name()),
        quote(result.check().name()),
        quote(result.status().name()),
        result.time().toMillis(),
        violated == null ? "null" : quote(violated.id()),
        quote(result.message()),
        result.trace().stream().map(JsonReport::quote).collect(Collectors.joining(", ")));
  }

  private static String conditions(Map<String, Set<Condition>> byRule) {
    return byRule.entrySet().stream()
        .map(
            rule ->
                quote(rule.getKey())
                    + rule.getValue().stream()
                        .map(condition -> quote(condition.label()))
                        .collect(Collectors.joining(", ", ": [", "]")))
        .collect(Collectors.joining(",\n    ", "{\n    ", "\n  }"));
  }

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
