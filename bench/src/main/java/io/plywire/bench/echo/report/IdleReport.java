// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import com.google.gson.GsonBuilder;
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

/** Tells what idle connections cost: {@code idle.md} and {@code idle.json}. */
public final class IdleReport {
  private record Document(List<String> about, List<IdleSample> samples) {}

  private final List<IdleSample> samples;

  /** Takes samples in the order in which they were measured. */
  public IdleReport(List<IdleSample> samples) {
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
    Files.writeString(folder.resolve("idle.md"), table);
    Files.writeString(
        folder.resolve("idle.json"),
        new GsonBuilder().setPrettyPrinting().create().toJson(new Document(about, samples)) + "\n");
    return table;
  }

  String markdown(List<String> about) {
    StringBuilder text = new StringBuilder("# Idle connections\n\n");
    about.forEach(line -> text.append("- ").append(line).append('\n'));
    text.append(
        """

        Bytes for each connection that has echoed a message and waits, medians over the rounds. Outside the heap is what the
        process got from the system besides its heap, which has direct buffers in it. Beyond the floor is the whole less
        that of floor-nio in the same round, on the same JDK and with the same TLS.

        | server (JDK) | beyond the floor | whole (min to max) | heap | outside the heap | direct buffers |
        |---|---:|---:|---:|---:|---:|
        """);
    Set<Row> rows = new LinkedHashSet<>();
    samples.forEach(sample -> rows.add(sample.row()));
    for (Row row : rows) {
      Spread whole = spread(row, IdleSample::total);
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %,.0f (%,.0f to %,.0f) | %,.0f | %,.0f | %,.0f |%n",
              row,
              beyond(row)
                  .map(each -> String.format(Locale.ROOT, "%,.0f", each.median()))
                  .orElse("–"),
              whole.median(),
              whole.min(),
              whole.max(),
              spread(row, IdleSample::heap).median(),
              spread(row, IdleSample::outside).median(),
              spread(row, IdleSample::direct).median()));
    }
    return text.toString();
  }

  private Spread spread(Row row, ToDoubleFunction<IdleSample> value) {
    return Spread.of(of(row).stream().map(value::applyAsDouble).toList());
  }

  /** Returns how many bytes more a row has than its floor, or nothing if that was not measured. */
  Optional<Spread> beyond(Row row) {
    List<Double> more = new ArrayList<>();
    for (IdleSample sample : of(row)) {
      for (IdleSample floor : of(row.floor(Row.FLOOR_NIO))) {
        if (sample.round() == floor.round()) {
          more.add(sample.total() - floor.total());
        }
      }
    }
    return more.isEmpty() ? Optional.empty() : Optional.of(Spread.of(more));
  }

  private List<IdleSample> of(Row row) {
    return samples.stream().filter(sample -> sample.row().equals(row)).toList();
  }
}
