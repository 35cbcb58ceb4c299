// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.load.LoadJob;
import io.plywire.bench.echo.load.LoadResult;
import io.plywire.bench.echo.report.Sample;
import io.plywire.bench.echo.wire.Security;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures every subject in every cell, in rounds: the subjects of a cell side by side, and each
 * round in another order.
 */
final class EchoRun {
  private final List<Subject> subjects;
  private final List<Cell> cells;
  private final Effort effort;
  private final Cores cores;
  private final PrintWriter out;

  private final long start = System.nanoTime();
  private final List<Sample> samples = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private int done;

  EchoRun(List<Subject> subjects, List<Cell> cells, Effort effort, Cores cores, PrintWriter out) {
    this.subjects = subjects;
    this.cells = cells;
    this.effort = effort;
    this.cores = cores;
    this.out = out;
  }

  /**
   * Measures everything once; a sample that fails is told and left out.
   *
   * @param round counted from 1
   */
  void round(LoadProcess load, int round) throws IOException, InterruptedException {
    List<Subject> order = Effort.order(subjects, round);
    for (Cell cell : cells) {
      int atOnce = Math.max(1, load.maxConnections() / (cell.connections() + cell.idle()));
      for (int i = 0; i < order.size(); i += atOnce) {
        measure(load, order.subList(i, Math.min(order.size(), i + atOnce)), cell, round);
      }
    }
  }

  /** Returns what was measured. */
  List<Sample> samples() {
    return Effort.sorted(samples, Sample::row, subjects);
  }

  /** Returns what could not be measured, and why. */
  List<String> failures() {
    return failures;
  }

  private void measure(LoadProcess load, List<Subject> some, Cell cell, int round)
      throws IOException, InterruptedException {
    tell(
        round,
        String.format(
            Locale.ROOT,
            "%s: warming up, then measuring %d server%s side by side%s",
            cell,
            some.size(),
            some.size() == 1 ? "" : "s",
            some.size() == subjects.size() ? "" : ", as the limit of open files allows"));
    try (Heat heat = new Heat(load, effort)) {
      heat.run(
          some,
          cores,
          (generator, subject, server) ->
              generator.begin(
                  new LoadJob(
                      server.port(),
                      server.pid(),
                      cell,
                      subject.security() != Security.NONE,
                      subject.kind().unmasks())),
          warmUpMessages(cell));
      for (Subject subject : some) {
        LoadResult result = heat.results().get(subject);
        if (result != null) {
          samples.add(new Sample(subject.row(), cell, round, result));
          done(round, cell, subject, describe(result));
        } else {
          String why = heat.failures().get(subject);
          failures.add(subject + ", " + cell + ", round " + round + ": " + why);
          done(round, cell, subject, "FAILED: " + why);
        }
      }
    }
  }

  private void done(int round, Cell cell, Subject subject, String what) {
    done++;
    int all = effort.rounds() * cells.size() * subjects.size();
    tell(round, String.format(Locale.ROOT, "%d/%d %s %s: %s", done, all, cell, subject, what));
  }

  private void tell(int round, String what) {
    out.printf(
        Locale.ROOT,
        "[%4d s, round %d/%d] %s%n",
        (System.nanoTime() - start) / 1_000_000_000,
        round,
        effort.rounds(),
        what);
    out.flush();
  }

  private static String describe(LoadResult result) {
    return String.format(
        Locale.ROOT,
        "%.2f µs of processor, %,.0f messages/s, p50 %.0f µs, p99 %.0f µs",
        result.cpuMicros(),
        result.perSecond(),
        result.p50(),
        result.p99());
  }

  /** Enough for the JIT compiler to have finished with what every message goes through. */
  private static long warmUpMessages(Cell cell) {
    return cell.size() >= 1 << 20 ? 2_000 : cell.isLarge() ? 20_000 : 100_000;
  }
}
