// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance;

import io.plywire.conformance.verdict.Expectation;
import io.plywire.conformance.verdict.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is printed when all runs are over: the counts, and what is not as expected. */
final class Summary {
  private Summary() {}

  /**
   * Returns its lines: a table with a column for each verdict that came up, and the differences.
   */
  static List<String> lines(List<RoleResult> results) {
    List<Verdict> columns =
        Arrays.stream(Verdict.values())
            .filter(v -> v.acceptable() || results.stream().anyMatch(r -> r.count(v) > 0))
            .toList();
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder("role     cases");
    columns.forEach(verdict -> head.append("  ").append(verdict));
    lines.add(head.append("  differences  seconds").toString());
    for (RoleResult result : results) {
      StringBuilder row = new StringBuilder();
      row.append(
          String.format(
              Locale.ROOT, "%-7s%7d", Expectation.name(result.role()), result.outcomes().size()));
      for (Verdict verdict : columns) {
        row.append(cell(verdict.toString(), result.count(verdict)));
      }
      row.append(cell("differences", result.differences().size()));
      row.append(cell("seconds", result.took().toSeconds()));
      lines.add(row.toString());
    }
    for (RoleResult result : results) {
      for (String difference : result.differences()) {
        lines.add(Expectation.name(result.role()) + " " + difference);
      }
    }
    return lines;
  }

  private static String cell(String title, long number) {
    return "  " + String.format(Locale.ROOT, "%" + title.length() + "d", number);
  }
}
