// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.load.OpenJob;
import io.plywire.bench.echo.report.IdleSample;
import io.plywire.bench.echo.server.ServerMain;
import io.plywire.bench.echo.wire.Security;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures what an idle connection costs each subject. Half as many connections are open before it
 * begins: classes are loaded then, code is compiled, and pools are filled.
 */
final class IdleRun {
  private static final List<String> JVM_OPTIONS =
      List.of(
          // All of the heap at once, so that what the process gets later is outside of it.
          "-XX:+AlwaysPreTouch",
          // C2 takes tens of megabytes whenever it feels like it; connections are the same size.
          "-XX:TieredStopAtLevel=1",
          // Caches go with the first collection, not with the one that counts.
          "-XX:SoftRefLRUPolicyMSPerMB=0");

  private final List<Subject> subjects;
  private final int connections;
  private final int rounds;
  private final Cores cores;
  private final PrintWriter out;
  private final List<IdleSample> samples = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  IdleRun(List<Subject> subjects, int connections, int rounds, Cores cores, PrintWriter out) {
    this.subjects = subjects;
    this.connections = connections;
    this.rounds = rounds;
    this.cores = cores;
    this.out = out;
  }

  /** Says how it was done. */
  String describe() {
    return String.format(
        Locale.ROOT,
        "%,d connections, %d round%s; besides %s",
        connections,
        rounds,
        rounds == 1 ? "" : "s",
        String.join(" ", JVM_OPTIONS));
  }

  /** Returns what was measured. */
  List<IdleSample> samples() {
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
  void round(int round) throws InterruptedException {
    for (Subject subject : subjects) {
      String what;
      try {
        IdleSample sample = measure(subject, round);
        samples.add(sample);
        what =
            String.format(
                Locale.ROOT,
                "%,.0f bytes for each connection, %,.0f of them on the heap",
                sample.total(),
                sample.heap());
      } catch (IOException e) {
        what = "FAILED: " + e.getMessage();
        failures.add(subject + ", idle, round " + round + ": " + e.getMessage());
      }
      out.printf(Locale.ROOT, "[round %d/%d] idle %s: %s%n", round, rounds, subject, what);
      out.flush();
    }
  }

  private IdleSample measure(Subject subject, int round) throws IOException, InterruptedException {
    // Its own, which takes its connections with it whatever happens.
    try (LoadProcess load = new LoadProcess(cores);
        ServerProcess server = new ServerProcess(subject, cores, JVM_OPTIONS)) {
      open(load, subject, server, Math.max(1, connections / 2));
      server.memory(); // which takes some itself, the first time
      ServerMain.Memory before = server.memory();
      long residentBefore = server.residentBytes();
      open(load, subject, server, connections);
      ServerMain.Memory after = server.memory();
      long residentAfter = server.residentBytes();
      load.closeOpened();
      return new IdleSample(
          subject.row(),
          round,
          (double) (after.heap() - before.heap()) / connections,
          (double) (after.direct() - before.direct()) / connections,
          (double) (residentAfter - residentBefore) / connections);
    }
  }

  private static void open(LoadProcess load, Subject subject, ServerProcess server, int number)
      throws IOException, InterruptedException {
    load.open(
        new OpenJob(
            server.port(), number, subject.security() != Security.NONE, subject.kind().unmasks()));
  }
}
