// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.plywire.bench.echo.Cell;
import io.plywire.bench.echo.load.LoadResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the results for programs: every sample, and what follows from them. */
final class Json {
  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

  /** A sample, with names where there are objects. */
  private record FlatSample(
      String server,
      @Nullable Integer jdk,
      String tls,
      int loops,
      String cell,
      int round,
      LoadResult result) {}

  /** A row in a cell, over all rounds. */
  private record Summary(
      String server,
      @Nullable Integer jdk,
      String tls,
      int loops,
      String cell,
      int connections,
      int inFlight,
      int bytes,
      Spread cpuMicros,
      String floor,
      @Nullable Spread timesFloor,
      @Nullable Spread timesFloorNio,
      @Nullable Spread timesFloorWsNio) {}

  private record Document(List<String> about, List<Summary> summary, List<FlatSample> samples) {}

  private Json() {}

  static String of(Results results, List<String> about) {
    List<Summary> summary = new ArrayList<>();
    for (Cell cell : results.cells()) {
      for (Row row : results.rows()) {
        results
            .spread(row, cell, LoadResult::cpuMicros)
            .ifPresent(cpu -> summary.add(summary(results, row, cell, cpu)));
      }
    }
    List<FlatSample> samples =
        results.samples().stream()
            .map(
                sample ->
                    new FlatSample(
                        sample.row().server(),
                        sample.row().ownJdk(),
                        sample.row().security().label(),
                        sample.row().loops(),
                        sample.cell().toString(),
                        sample.round(),
                        sample.result()))
            .toList();
    return GSON.toJson(new Document(about, summary, samples)) + "\n";
  }

  private static Summary summary(Results results, Row row, Cell cell, Spread cpu) {
    return new Summary(
        row.server(),
        row.ownJdk(),
        row.security().label(),
        row.loops(),
        cell.toString(),
        cell.connections(),
        cell.inFlight(),
        cell.size(),
        cpu,
        row.floorIn(cell).toString(),
        results.ratioToFloor(row, cell).orElse(null),
        results.ratio(row, row.floor(Row.FLOOR_NIO), cell).orElse(null),
        results.ratio(row, row.floor(Row.FLOOR_WS_NIO), cell).orElse(null));
  }
}
