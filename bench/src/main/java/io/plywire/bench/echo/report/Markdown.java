// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import io.plywire.bench.echo.Cell;
import io.plywire.bench.echo.load.LoadResult;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;

/** Writes the results as tables, ratios first. */
final class Markdown {
  private static final String[] FLOORS = {Row.FLOOR_NIO, Row.FLOOR_WS_NIO};

  private static final String MISSING = "–";

  private final Results results;
  private final StringBuilder text = new StringBuilder();

  private Markdown(Results results) {
    this.results = results;
  }

  /**
   * Writes them.
   *
   * @param about lines that say what was run and where
   */
  static String of(Results results, List<String> about) {
    Markdown markdown = new Markdown(results);
    markdown.text.append("# Echo over sockets\n\n");
    about.forEach(line -> markdown.text.append("- ").append(line).append('\n'));
    markdown.overview();
    markdown.loops();
    results.cells().forEach(markdown::cell);
    return markdown.text.toString();
  }

  private void overview() {
    text.append(
        """

        ## Processor time for each message, as a multiple of the floor's

        Medians of the ratios within each round, of servers on the same JDK. The floor is floor-nio, which echoes bytes; for
        large messages it is floor-ws-nio, which also parses and unmasks. With TLS it has the same engine; beside
        tcnative, Netty's own, and OpenSSL it has Conscrypt, which is of the same family. Columns are
        connections x in flight x size.

        """);
    matrix((row, cell) -> times(results.ratioToFloor(row, cell)));
    text.append("\n## Processor time for each message, in µs\n\nMedians over the rounds.\n\n");
    matrix(
        (row, cell) ->
            results
                .spread(row, cell, LoadResult::cpuMicros)
                .map(spread -> number(spread.median()))
                .orElse(MISSING));
  }

  private void loops() {
    List<Row> several = results.rows().stream().filter(row -> row.loops() > 1).toList();
    if (several.isEmpty()) {
      return;
    }
    text.append(
        """

        ## Several loops, as a multiple of one

        Medians of the ratios to the same server on one loop, within each round: processor time for each message, which
        should stay 1.00, and messages/s, which one load generator limits, and the processors that the loops have.

        """);
    matrix(
        several,
        (row, cell) ->
            times(results.ratio(row, row.onOneLoop(), cell))
                + " ("
                + times(results.ratio(row, row.onOneLoop(), cell, LoadResult::perSecond))
                + " messages/s)");
  }

  private void matrix(BiFunction<Row, Cell, String> value) {
    matrix(results.rows(), value);
  }

  private void matrix(Collection<Row> rows, BiFunction<Row, Cell, String> value) {
    text.append("| server (JDK) |");
    results.cells().forEach(cell -> text.append(' ').append(cell).append(" |"));
    text.append("\n|---|").append("---:|".repeat(results.cells().size())).append('\n');
    for (Row row : rows) {
      text.append("| ").append(row).append(" |");
      for (Cell cell : results.cells()) {
        text.append(' ').append(value.apply(row, cell)).append(" |");
      }
      text.append('\n');
    }
  }

  private void cell(Cell cell) {
    text.append(String.format(Locale.ROOT, "%n## %s%n%n", cell.describe()));
    text.append(
        """
        | server (JDK) | x floor-nio | x floor-ws-nio | processor, µs for each message (min to max) \
        | messages/s | p50, µs | p99, µs | p99.9, µs |
        |---|---:|---:|---:|---:|---:|---:|---:|
        """);
    for (Row row : results.rows()) {
      Optional<Spread> cpu = results.spread(row, cell, LoadResult::cpuMicros);
      if (cpu.isEmpty()) {
        continue;
      }
      text.append("| ").append(row).append(" |");
      for (String floor : FLOORS) {
        text.append(' ').append(times(results.ratio(row, row.floor(floor), cell))).append(" |");
      }
      Spread micros = cpu.get();
      text.append(
          String.format(
              Locale.ROOT,
              " %s (%s to %s) |",
              number(micros.median()),
              number(micros.min()),
              number(micros.max())));
      column(row, cell, LoadResult::perSecond);
      column(row, cell, LoadResult::p50);
      column(row, cell, LoadResult::p99);
      column(row, cell, LoadResult::p999);
      text.append('\n');
    }
  }

  private void column(Row row, Cell cell, ToDoubleFunction<LoadResult> value) {
    results
        .spread(row, cell, value)
        .ifPresent(spread -> text.append(' ').append(number(spread.median())).append(" |"));
  }

  private static String times(Optional<Spread> ratio) {
    return ratio.map(spread -> String.format(Locale.ROOT, "%.2f", spread.median())).orElse(MISSING);
  }

  /** Writes a number with three significant digits or all before the point. */
  static String number(double value) {
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
