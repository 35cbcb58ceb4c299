// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Text in columns as wide as their longest cell; ASCII, so that every terminal shows it. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... header) {
    row(header);
  }

  void row(String... cells) {
    rows.add(List.of(cells));
  }

  void print(PrintWriter out) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (int r = 0; r < rows.size(); r++) {
      out.println(line(rows.get(r), widths, ' '));
      if (r == 0) {
        out.println(line(List.of("-".repeat(widths[0])), widths, '-'));
      }
    }
  }

  private static String line(List<String> cells, int[] widths, char fill) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = i < cells.size() ? cells.get(i) : "";
      line.append("  ").append(cell);
      line.append(String.valueOf(fill).repeat(widths[i] - cell.length()));
    }
    return line.toString().stripTrailing();
  }
}
