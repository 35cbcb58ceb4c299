// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.load.AcceptJob;
import io.plywire.bench.echo.load.AcceptResult;
import io.plywire.bench.echo.report.AcceptSample;
import io.plywire.bench.echo.wire.Security;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures what each subject takes to accept connections, in rounds as {@link EchoRun} does, each
 * time with a server of its own.
 */
final class AcceptRun {
  /** Enough for the JIT compiler to have finished with what every connection goes through. */
  private static final long WARM_UP_CONNECTIONS = 30_000;

  private final List<Subject> subjects;
  private final int atOnce;
  private final EchoRun.Effort effort;
  private final Cores cores;
  private final PrintWriter out;
  private final List<AcceptSample> samples = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  AcceptRun(
      List<Subject> subjects, int atOnce, EchoRun.Effort effort, Cores cores, PrintWriter out) {
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
    return samples;
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
  void round(LoadProcess load, int round) throws InterruptedException {
    for (int i = 0; i < subjects.size(); i++) {
      Subject subject = subjects.get((i + round - 1) % subjects.size());
      String what;
      try {
        AcceptResult result = measure(load, subject);
        samples.add(new AcceptSample(subject.row(), round, result));
        what = describe(result);
      } catch (IOException e) {
        what = "FAILED: " + e.getMessage();
        failures.add(subject + ", accept, round " + round + ": " + e.getMessage());
      }
      out.printf(
          Locale.ROOT, "[round %d/%d] accept %s: %s%n", round, effort.rounds(), subject, what);
      out.flush();
    }
  }

  private AcceptResult measure(LoadProcess load, Subject subject)
      throws IOException, InterruptedException {
    try (ServerProcess server = new ServerProcess(subject, cores)) {
      return load.run(
          new AcceptJob(
              server.port(),
              server.pid(),
              atOnce,
              subject.security() != Security.NONE,
              effort.warmUpSeconds(),
              WARM_UP_CONNECTIONS,
              effort.seconds()));
    }
  }

  private static String describe(AcceptResult result) {
    return String.format(
        Locale.ROOT,
        "%.1f µs of processor for each connection, %,.0f connections/s, upgraded p50 %.0f µs, p99"
            + " %.0f µs",
        result.cpuMicros(),
        result.connectionsPerSecond(),
        result.p50(),
        result.p99());
  }
}
