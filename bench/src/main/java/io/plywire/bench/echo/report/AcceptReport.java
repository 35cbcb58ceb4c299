// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import com.google.gson.GsonBuilder;
import io.plywire.bench.echo.load.LoadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** Tells what accepting costs: {@code accept.md} and {@code accept.json}. */
public final class AcceptReport {
  private record Document(List<String> about, List<FlatSample> samples) {}

  /** A sample, with names where there are objects. */
  private record FlatSample(String server, String tls, int round, LoadResult result) {}

  private final List<AcceptSample> samples;

  /** Takes samples in the order in which they were measured. */
  public AcceptReport(List<AcceptSample> samples) {
    this.samples = List.copyOf(samples);
  }

  /**
   * Writes it, over that of a former run.
   *
   * @param folder is made if it is not there
   * @param about lines that say what was run and where
   * @return the table, for the terminal
   * @throws IOException if a file cannot be written
   */
  public String write(Path folder, List<String> about) throws IOException {
    String table = markdown(about);
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("accept.md"), table);
    List<FlatSample> flat =
        samples.stream()
            .map(
                sample ->
                    new FlatSample(
                        sample.row().toString(),
                        sample.row().security().label(),
                        sample.round(),
                        sample.result()))
            .toList();
    Files.writeString(
        folder.resolve("accept.json"),
        new GsonBuilder().setPrettyPrinting().create().toJson(new Document(about, flat)) + "\n");
    return table;
  }

  String markdown(List<String> about) {
    StringBuilder text = new StringBuilder("# Connections accepted\n\n");
    about.forEach(line -> text.append("- ").append(line).append('\n'));
    text.append(
        """

        A connection is accepted, shakes hands with TLS if that is on, is upgraded to WebSocket, and ends when the client
        leaves without a close frame. Medians over the rounds; the multiple is of floor-nio in the same round, on the same
        JDK and with the same TLS: a selector that sends an answer made before. The rate is that of a load generator
        with one thread, which may be what limits it; what counts is the processor time. The two last columns are from
        connecting to the answer.

        | server (JDK) | x floor-nio | processor, µs for each connection (min to max) | connections/s | p50, µs | p99, µs |
        |---|---:|---:|---:|---:|---:|
        """);
    Set<Row> rows = new LinkedHashSet<>();
    samples.forEach(sample -> rows.add(sample.row()));
    for (Row row : rows) {
      Spread cpu = spread(row, LoadResult::cpuMicros);
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s (%s to %s) | %s | %s | %s |%n",
              row,
              ratio(row).map(each -> String.format(Locale.ROOT, "%.2f", each.median())).orElse("–"),
              Markdown.number(cpu.median()),
              Markdown.number(cpu.min()),
              Markdown.number(cpu.max()),
              Markdown.number(spread(row, LoadResult::perSecond).median()),
              Markdown.number(spread(row, LoadResult::p50).median()),
              Markdown.number(spread(row, LoadResult::p99).median())));
    }
    return text.toString();
  }

  private Spread spread(Row row, ToDoubleFunction<LoadResult> value) {
    return Spread.of(of(row).stream().map(each -> value.applyAsDouble(each.result())).toList());
  }

  /** Returns how many times its floor's time a row took, or nothing if that was not measured. */
  Optional<Spread> ratio(Row row) {
    List<Double> ratios = new ArrayList<>();
    for (AcceptSample sample : of(row)) {
      for (AcceptSample floor : of(row.floor(Row.FLOOR_NIO))) {
        if (sample.round() == floor.round()) {
          ratios.add(sample.result().cpuMicros() / floor.result().cpuMicros());
        }
      }
    }
    return ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios));
  }

  private List<AcceptSample> of(Row row) {
    return samples.stream().filter(sample -> sample.row().equals(row)).toList();
  }
}
