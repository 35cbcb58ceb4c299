// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import io.plywire.bench.echo.Cell;
import io.plywire.bench.echo.load.LoadResult;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The samples of a run, and what follows from them. */
public final class Results {
  private final List<Sample> samples;

  /** Takes samples in the order in which they were measured. */
  public Results(List<Sample> samples) {
    this.samples = List.copyOf(samples);
  }

  /** Returns the samples. */
  public List<Sample> samples() {
    return samples;
  }

  /** Returns the rows, in the order in which they came first. */
  public Set<Row> rows() {
    Set<Row> rows = new LinkedHashSet<>();
    samples.forEach(sample -> rows.add(sample.row()));
    return rows;
  }

  /** Returns the cells, in the order in which they came first. */
  public Set<Cell> cells() {
    Set<Cell> cells = new LinkedHashSet<>();
    samples.forEach(sample -> cells.add(sample.cell()));
    return cells;
  }

  /** Returns a value of a row in a cell over the rounds, or nothing if it was not measured. */
  public Optional<Spread> spread(Row row, Cell cell, ToDoubleFunction<LoadResult> value) {
    List<Double> values = new ArrayList<>();
    for (Sample sample : of(row, cell)) {
      values.add(value.applyAsDouble(sample.result()));
    }
    return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
  }

  /**
   * Compares the processor time of a row with that of another, round by round.
   *
   * @return how many times as much, or nothing if there is no round in which both were measured
   */
  public Optional<Spread> ratio(Row row, Row floor, Cell cell) {
    return ratio(row, floor, cell, LoadResult::cpuMicros);
  }

  /** Compares a value of a row with that of another, as the method above does. */
  public Optional<Spread> ratio(Row row, Row other, Cell cell, ToDoubleFunction<LoadResult> value) {
    List<Double> ratios = new ArrayList<>();
    for (Sample sample : of(row, cell)) {
      for (Sample beside : of(other, cell)) {
        if (sample.round() == beside.round()) {
          ratios.add(value.applyAsDouble(sample.result()) / value.applyAsDouble(beside.result()));
        }
      }
    }
    return ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios));
  }

  /** Compares the processor time of a row with that of its floor, see {@link Row#floorIn}. */
  public Optional<Spread> ratioToFloor(Row row, Cell cell) {
    return ratio(row, row.floorIn(cell), cell);
  }

  private List<Sample> of(Row row, Cell cell) {
    return samples.stream()
        .filter(sample -> sample.row().equals(row) && sample.cell().equals(cell))
        .toList();
  }
}
