// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.load.AcceptJob;
import io.plywire.bench.echo.load.LoadResult;
import io.plywire.bench.echo.report.AcceptSample;
import io.plywire.bench.echo.wire.Security;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measures what each subject takes to accept connections, in rounds, side by side. */
final class AcceptRun {
  /** Enough for the JIT compiler to have finished with what every connection goes through. */
  private static final long WARM_UP_CONNECTIONS = 30_000;

  private final List<Subject> subjects;
  private final int atOnce;
  private final Effort effort;
  private final Cores cores;
  private final PrintWriter out;
  private final List<AcceptSample> samples = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  AcceptRun(List<Subject> subjects, int atOnce, Effort effort, Cores cores, PrintWriter out) {
    this.subjects = subjects;
    this.atOnce = atOnce;
    this.effort = effort;
    this.cores = cores;
    this.out = out;
  }

  /** Says how it was done. */
  String describe() {
    return effort + "; " + atOnce + " connections under way at any time";
  }

  /** Returns what was measured. */
  List<AcceptSample> samples() {
    return Effort.sorted(samples, AcceptSample::row, subjects);
  }

  /** Returns what could not be measured, and why. */
  List<String> failures() {
    return failures;
  }

  /**
   * Measures everything once; a sample that fails is told and left out.
   *
   * @param round counted from 1
   */
  void round(LoadProcess load, int round) throws IOException, InterruptedException {
    List<Subject> order = Effort.order(subjects, round);
    tell(round, "warming up, then measuring " + order.size() + " side by side");
    try (Heat heat = new Heat(load, effort)) {
      heat.run(
          order,
          cores,
          (generator, subject, server) ->
              generator.begin(
                  new AcceptJob(
                      server.port(), server.pid(), atOnce, subject.security() != Security.NONE)),
          WARM_UP_CONNECTIONS);
      for (Subject subject : order) {
        LoadResult result = heat.results().get(subject);
        if (result != null) {
          samples.add(new AcceptSample(subject.row(), round, result));
          tell(round, subject + ": " + describe(result));
        } else {
          String why = heat.failures().get(subject);
          failures.add(subject + ", accept, round " + round + ": " + why);
          tell(round, subject + ": FAILED: " + why);
        }
      }
    }
  }

  private void tell(int round, String what) {
    out.printf(Locale.ROOT, "[round %d/%d] accept: %s%n", round, effort.rounds(), what);
    out.flush();
  }

  private static String describe(LoadResult result) {
    return String.format(
        Locale.ROOT,
        "%.1f µs of processor for each connection, %,.0f connections/s, upgraded p50 %.0f µs, p99"
            + " %.0f µs",
        result.cpuMicros(),
        result.perSecond(),
        result.p50(),
        result.p99());
  }
}
