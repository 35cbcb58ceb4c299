// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import io.plywire.bench.echo.server.ServerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.DoubleBinaryOperator;
import org.openjdk.jmh.util.ListStatistics;

/** The samples of a run as tables: medians over the rounds, compared with floors round by round. */
final class Report {
  private static final String MISSING = "–";

  private static final String MESSAGES =
      """
      # Echo over sockets

      Servers of one round run side by side. The floor is floor-nio, which echoes bytes; for large messages it is
      floor-ws-nio, which also parses and unmasks; on the same JDK, and with TLS with the same engine: beside tcnative,
      Netty's own, and OpenSSL it has Conscrypt, which is of the same family. Columns are connections x in flight x size.
      """;

  private static final String CONNECTIONS =
      """
      # Connections accepted

      A connection is accepted, shakes hands with TLS if that is on, is upgraded to WebSocket, and ends when the client
      leaves without a close frame. The floor sends an answer made before. The rate is that of a load generator with one
      thread, which may be what limits it; what counts is the processor time. The last columns are from connecting to the
      answer.
      """;

  private static final String MEMORY =
      """
      # Idle connections

      Bytes for each connection that has echoed a message and waits. Outside the heap is what the process got from the
      system besides its heap, which has direct buffers in it.
      """;

  private static final Gson GSON =
      new GsonBuilder()
          .registerTypeAdapter(Subject.class, named())
          .registerTypeAdapter(Cell.class, named())
          .setPrettyPrinting()
          .create();

  private record Document(List<String> about, List<Sample> samples) {}

  private final List<Sample> samples;
  private final StringBuilder text = new StringBuilder();

  Report(List<Sample> samples) {
    this.samples = samples;
  }

  private static JsonSerializer<Object> named() {
    return (value, type, context) -> new JsonPrimitive(value.toString());
  }

  /**
   * Writes it for readers and for programs, over that of a former run.
   *
   * @param name of the files
   * @param about lines that say what was run and where
   * @return the tables, for the terminal
   */
  String write(Path folder, String name, List<String> about) throws IOException {
    Files.createDirectories(folder);
    String json = GSON.toJson(new Document(about, samples));
    Files.writeString(folder.resolve(name + ".json"), json + "\n");
    String tables = markdown(about);
    Files.writeString(folder.resolve(name + ".md"), tables);
    return tables;
  }

  private String markdown(List<String> about) {
    List<Cell> cells = samples.stream().map(Sample::cell).distinct().toList();
    boolean messages = cells.stream().noneMatch(each -> each.isSilent() || each.comesAndGoes());
    boolean memory = cells.stream().anyMatch(Cell::isSilent);
    text.append(messages ? MESSAGES : memory ? MEMORY : CONNECTIONS).append('\n');
    about.forEach(line -> text.append("- ").append(line).append('\n'));
    if (messages) {
      List<Subject> rows = samples.stream().map(Sample::subject).distinct().toList();
      text.append("\n## Processor time for each message, as a multiple of the floor's\n\n");
      matrix(rows, cells, (row, cell) -> times(row, row.floorIn(cell), cell, Sample.CPU));
      text.append("\n## Processor time for each message, in µs\n\n");
      matrix(rows, cells, (row, cell) -> median(values(row, cell, Sample.CPU)));
      beside(rows, cells);
      List<Subject> several = rows.stream().filter(row -> row.loops() > 1).toList();
      if (!several.isEmpty()) {
        text.append(
            """

            ## Several loops, as a multiple of one

            Of the same server: processor time for each message, which should stay 1.00, and messages/s, which one load
            generator limits, and the processors that the loops have.

            """);
        matrix(
            several,
            cells,
            (row, cell) ->
                times(row, row.onOneLoop(), cell, Sample.CPU)
                    + " ("
                    + times(row, row.onOneLoop(), cell, Sample.RATE)
                    + " messages/s)");
      }
    }
    cells.forEach(cell -> cell(cell, memory));
    return text.toString();
  }

  private void beside(List<Subject> rows, List<Cell> cells) {
    List<Subject> others = rows.stream().filter(row -> row.checkout() != null).toList();
    if (!others.isEmpty()) {
      text.append(
          """

          ## Processor time of this code for each message, as a multiple of that of the other checkout

          """);
      matrix(others, cells, (row, cell) -> times(row.ofThisCode(), row, cell, Sample.CPU));
    }
  }

  private void matrix(
      List<Subject> rows, List<Cell> cells, BiFunction<Subject, Cell, String> value) {
    line("server (JDK)", cells.stream().map(Cell::toString).toList());
    text.append("|---|").append("---:|".repeat(cells.size())).append('\n');
    for (Subject row : rows) {
      line(row.toString(), cells.stream().map(cell -> value.apply(row, cell)).toList());
    }
  }

  /** The table of a cell: comparisons, what counts with its spread, and the rest. */
  private void cell(Cell cell, boolean memory) {
    text.append("\n## ").append(cell).append("\n\n");
    List<Sample> all = samples.stream().filter(each -> each.cell().equals(cell)).toList();
    List<String> columns = List.copyOf(all.get(0).values().keySet());
    String counts = columns.get(0);
    List<String> others = columns.subList(1, columns.size());
    List<String> floors =
        memory ? List.of("beyond floor-nio") : List.of("x floor-nio", "x floor-ws-nio");
    List<String> titles = new ArrayList<>(floors);
    titles.add(counts + " (min to max)");
    titles.addAll(others);
    line("server (JDK)", titles);
    text.append("|---|").append("---:|".repeat(titles.size())).append('\n');
    for (Subject row : all.stream().map(Sample::subject).distinct().toList()) {
      List<String> values = new ArrayList<>();
      Subject floor = row.floor(ServerKind.FLOOR_NIO);
      if (memory) {
        values.add(median(compared(row, floor, cell, counts, (mine, its) -> mine - its)));
      } else {
        values.add(times(row, floor, cell, counts));
        values.add(times(row, row.floor(ServerKind.FLOOR_WS_NIO), cell, counts));
      }
      ListStatistics spread = values(row, cell, counts);
      values.add(
          number(spread.getPercentile(50))
              + " ("
              + number(spread.getMin())
              + " to "
              + number(spread.getMax())
              + ")");
      others.forEach(column -> values.add(median(values(row, cell, column))));
      line(row.toString(), values);
    }
  }

  private void line(String first, Collection<String> others) {
    text.append("| ").append(first).append(" | ").append(String.join(" | ", others)).append(" |\n");
  }

  private ListStatistics values(Subject row, Cell cell, String column) {
    ListStatistics values = new ListStatistics();
    of(row, cell).forEach(each -> values.addValue(each.value(column)));
    return values;
  }

  /** Compares a row with another one, within each round in which both were measured. */
  private ListStatistics compared(
      Subject row, Subject other, Cell cell, String column, DoubleBinaryOperator how) {
    ListStatistics values = new ListStatistics();
    for (Sample mine : of(row, cell)) {
      for (Sample its : of(other, cell)) {
        if (mine.round() == its.round()) {
          values.addValue(how.applyAsDouble(mine.value(column), its.value(column)));
        }
      }
    }
    return values;
  }

  private List<Sample> of(Subject row, Cell cell) {
    return samples.stream()
        .filter(each -> each.subject().equals(row) && each.cell().equals(cell))
        .toList();
  }

  private String times(Subject row, Subject other, Cell cell, String column) {
    ListStatistics ratios = compared(row, other, cell, column, (mine, its) -> mine / its);
    return ratios.getN() == 0
        ? MISSING
        : String.format(Locale.ROOT, "%.2f", ratios.getPercentile(50));
  }

  private static String median(ListStatistics values) {
    return values.getN() == 0 ? MISSING : number(values.getPercentile(50));
  }

  /** Writes a number with three significant digits or all before the point. */
  private static String number(double value) {
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
