// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance;

import io.plywire.conformance.verdict.CaseId;
import io.plywire.conformance.verdict.CasePatterns;
import io.plywire.conformance.verdict.Expectation;
import io.plywire.conformance.verdict.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs the roles at the same time, each with a process of the suite of its own. */
final class Runs {
  private Runs() {}

  /**
   * Runs them.
   *
   * @param runs one for each role
   * @param cases what they run
   * @param expectation what to compare with
   * @return their results, in the same order
   * @throws IOException if one did not come to its end; the others do nevertheless
   */
  static List<RoleResult> all(List<RoleRun> runs, CasePatterns cases, Expectation expectation)
      throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(runs.size());
    try {
      List<Future<RoleResult>> pending = new ArrayList<>();
      for (RoleRun run : runs) {
        pending.add(threads.submit(() -> one(run, cases, expectation)));
      }
      List<RoleResult> results = new ArrayList<>();
      IOException failure = null;
      for (int i = 0; i < runs.size(); i++) {
        try {
          results.add(pending.get(i).get());
        } catch (ExecutionException e) {
          IOException failed = failed(runs.get(i), Objects.requireNonNull(e.getCause()));
          if (failure == null) {
            failure = failed;
          } else {
            failure.addSuppressed(failed);
          }
        }
      }
      if (failure != null) {
        throw failure;
      }
      return results;
    } finally {
      threads.shutdownNow(); // interrupted ourselves, we leave no run behind
    }
  }

  private static IOException failed(RoleRun run, Throwable cause) {
    String what = cause instanceof IOException ? cause.getMessage() : cause.toString();
    return new IOException(run.progress() + ": " + what, cause);
  }

  private static RoleResult one(RoleRun run, CasePatterns cases, Expectation expectation)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    SortedMap<CaseId, Outcome> outcomes = run.run();
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    return RoleResult.of(run.role(), outcomes, cases, expectation, took);
  }
}
