// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import io.plywire.bench.echo.Cell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Draws the ratios as an SVG image that needs nothing else: a panel for each cell, in it a line for
 * each row, with a dot for the median and a bar from the least to the greatest ratio, on a
 * logarithmic scale.
 */
final class Plot {
  private static final int COLUMNS = 2;
  private static final int MIN_NAMES_WIDTH = 150;
  private static final int NAME_GAP = 8;
  private static final double CHARACTER_WIDTH = 6.8; // of a name, in most fonts
  private static final int SCALE_WIDTH = 300;
  private static final int VALUE_WIDTH = 60;
  private static final int LINE_HEIGHT = 18;
  private static final int PANEL_HEAD = 34;
  private static final int PANEL_FOOT = 40;
  private static final int TITLE_HEIGHT = 60;
  private static final int MARGIN = 16;

  /** Where there are marks on the scale. */
  private static final double[] TICKS = {0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};

  private final StringBuilder svg = new StringBuilder();
  private final Map<Cell, Map<Row, Spread>> panels = new LinkedHashMap<>();
  private final int namesWidth;
  private final int panelWidth;
  private double least = TICKS[0];
  private double greatest = 2;

  private Plot(Results results) {
    for (Cell cell : results.cells()) {
      Map<Row, Spread> lines = new LinkedHashMap<>();
      for (Row row : results.rows()) {
        results.ratioToFloor(row, cell).ifPresent(ratio -> lines.put(row, ratio));
      }
      if (!lines.isEmpty()) {
        panels.put(cell, lines);
      }
      for (Spread each : lines.values()) {
        least = Math.min(least, each.min());
        greatest = Math.max(greatest, each.max());
      }
    }
    greatest *= 1.1;
    int longest = results.rows().stream().mapToInt(row -> row.toString().length()).max().orElse(0);
    namesWidth = Math.max(MIN_NAMES_WIDTH, (int) (longest * CHARACTER_WIDTH) + NAME_GAP);
    panelWidth = namesWidth + SCALE_WIDTH + VALUE_WIDTH;
  }

  /** Returns the image; without panels if there are no ratios. */
  static String of(Results results) {
    return new Plot(results).draw();
  }

  private String draw() {
    List<Map.Entry<Cell, Map<Row, Spread>>> all = new ArrayList<>(panels.entrySet());
    int lines = panels.values().stream().mapToInt(Map::size).max().orElse(0);
    int panelHeight = PANEL_HEAD + lines * LINE_HEIGHT + PANEL_FOOT;
    int bands = (all.size() + COLUMNS - 1) / COLUMNS;
    int width = 2 * MARGIN + Math.max(1, Math.min(COLUMNS, all.size())) * panelWidth;
    int height = TITLE_HEIGHT + bands * panelHeight + MARGIN;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
            + " font-family=\"sans-serif\" font-size=\"12\">%n",
        width, height, width, height);
    add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n", width, height);
    text(MARGIN, 24, "start", 16, "Processor time of the server for each message");
    text(
        MARGIN,
        44,
        "start",
        12,
        "as a multiple of the floor's in the same round: dot median, bar least to greatest");
    for (int i = 0; i < all.size(); i++) {
      panel(
          MARGIN + i % COLUMNS * panelWidth,
          TITLE_HEIGHT + i / COLUMNS * panelHeight,
          all.get(i).getKey(),
          all.get(i).getValue());
    }
    add("</svg>%n");
    return svg.toString();
  }

  private void panel(int left, int top, Cell cell, Map<Row, Spread> lines) {
    int bottom = top + PANEL_HEAD + lines.size() * LINE_HEIGHT;
    text(left, top + 18, "start", 13, cell.describe());
    for (double tick : TICKS) {
      if (tick >= least && tick <= greatest) {
        double x = x(left, tick);
        add(
            "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\"/>%n",
            x, top + PANEL_HEAD - 6, x, bottom, tick == 1 ? "#444444" : "#dddddd");
        text(x, bottom + 14, "middle", 10, number(tick));
      }
    }
    text(
        left + namesWidth + SCALE_WIDTH / 2.0,
        bottom + 28,
        "middle",
        10,
        "times " + floors(cell, lines));
    int y = top + PANEL_HEAD + LINE_HEIGHT / 2;
    for (Map.Entry<Row, Spread> line : lines.entrySet()) {
      String color = color(line.getKey());
      Spread ratio = line.getValue();
      text(left + namesWidth - NAME_GAP, y + 4, "end", 12, line.getKey().toString());
      add(
          "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\""
              + " stroke-opacity=\"0.4\"/>%n",
          x(left, ratio.min()), y, x(left, ratio.max()), y, color);
      add(
          "<circle cx=\"%.1f\" cy=\"%d\" r=\"4\" fill=\"%s\"/>%n",
          x(left, ratio.median()), y, color);
      text(
          left + namesWidth + SCALE_WIDTH + 6,
          y + 4,
          "start",
          12,
          String.format(Locale.ROOT, "%.2f", ratio.median()));
      y += LINE_HEIGHT;
    }
  }

  private static String floors(Cell cell, Map<Row, Spread> lines) {
    return String.join(
        " or ", lines.keySet().stream().map(row -> row.floorIn(cell).server()).distinct().toList());
  }

  private static String color(Row row) {
    return row.server().equals("plywire")
        ? "#c2410c"
        : row.server().startsWith("floor") ? "#6b7280" : "#1d4ed8";
  }

  private double x(int left, double ratio) {
    double share = Math.log(ratio / least) / Math.log(greatest / least);
    return left + namesWidth + share * SCALE_WIDTH;
  }

  private static String number(double tick) {
    return tick < 1 ? Double.toString(tick) : Long.toString((long) tick);
  }

  private void text(double x, double y, String anchor, int size, String content) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\">%s</text>%n",
        x, y, anchor, size, escape(content));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
