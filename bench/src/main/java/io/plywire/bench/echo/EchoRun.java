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
 * Measures every subject in every cell, in rounds: the subjects of a cell one after the other, so
 * that what disturbs the machine for a while disturbs all of them, and each round in another order.
 *
 * <p>Each sample has a server of its own. A server that had served another kind of traffic before
 * would run code that was compiled for a mixture, and on a heap that is no longer young.
 */
final class EchoRun {
  /**
   * How long to measure.
   *
   * @param rounds how many rounds
   * @param warmUpSeconds the least time before each measurement
   * @param seconds the time of each measurement
   */
  record Effort(int rounds, double warmUpSeconds, double seconds) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d round%s, each sample %s s after a warm-up of %s s or more",
          rounds,
          rounds == 1 ? "" : "s",
          seconds,
          warmUpSeconds);
    }
  }

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
  void round(LoadProcess load, int round) throws InterruptedException {
    for (Cell cell : cells) {
      for (int i = 0; i < subjects.size(); i++) {
        measure(load, subjects.get((i + round - 1) % subjects.size()), cell, round);
      }
    }
  }

  /** Returns what was measured. */
  List<Sample> samples() {
    return samples;
  }

  /** Returns what could not be measured, and why. */
  List<String> failures() {
    return failures;
  }

  private void measure(LoadProcess load, Subject subject, Cell cell, int round)
      throws InterruptedException {
    done++;
    String what;
    try (ServerProcess server = new ServerProcess(subject, cores)) {
      LoadResult result =
          load.run(
              new LoadJob(
                  server.port(),
                  server.pid(),
                  cell,
                  subject.security() != Security.NONE,
                  subject.kind().unmasks(),
                  effort.warmUpSeconds(),
                  warmUpMessages(cell),
                  effort.seconds()));
      samples.add(new Sample(subject.row(), cell, round, result));
      what = describe(result);
    } catch (IOException e) {
      what = "FAILED: " + e.getMessage();
      failures.add(subject + ", " + cell + ", round " + round + ": " + e.getMessage());
    }
    out.printf(
        Locale.ROOT,
        "[%4d s, round %d/%d, %d/%d] %s %s: %s%n",
        (System.nanoTime() - start) / 1_000_000_000,
        round,
        effort.rounds(),
        done,
        effort.rounds() * cells.size() * subjects.size(),
        cell,
        subject,
        what);
    out.flush();
  }

  private static String describe(LoadResult result) {
    return String.format(
        Locale.ROOT,
        "%.2f µs of processor, %,.0f messages/s, p50 %.0f µs, p99 %.0f µs",
        result.cpuMicros(),
        result.messagesPerSecond(),
        result.p50(),
        result.p99());
  }

  /** Enough for the JIT compiler to have finished with what every message goes through. */
  private static long warmUpMessages(Cell cell) {
    return cell.size() >= 1 << 20 ? 2_000 : cell.isLarge() ? 20_000 : 100_000;
  }
}
