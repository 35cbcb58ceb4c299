// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.report.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;

/**
 * How long to measure.
 *
 * @param rounds how many rounds
 * @param warmUpSeconds the least time before each measurement
 * @param seconds the time of each measurement, in turns
 */
record Effort(int rounds, double warmUpSeconds, double seconds) {
  /** Returns the subjects in the order of a round, which is the same in each run. */
  static List<Subject> order(List<Subject> subjects, int round) {
    List<Subject> order = new ArrayList<>(subjects);
    Collections.shuffle(order, new Random(round));
    return order;
  }

  /** Returns samples of several rounds in the order of the subjects. */
  static <S> List<S> sorted(List<S> samples, Function<S, Row> rowOf, List<Subject> subjects) {
    List<Row> rows = subjects.stream().map(Subject::row).toList();
    return samples.stream()
        .sorted(Comparator.comparingInt(sample -> rows.indexOf(rowOf.apply(sample))))
        .toList();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d round%s; each sample %s s, in turns with the others, after a warm-up of %s s or more",
        rounds,
        rounds == 1 ? "" : "s",
        seconds,
        warmUpSeconds);
  }
}
