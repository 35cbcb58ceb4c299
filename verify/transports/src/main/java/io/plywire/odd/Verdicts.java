// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd;

import io.plywire.tck.CheckResult;
import io.plywire.tck.TckReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The verdicts of all runs over one subject: whether they are equal, and what the odd one says. */
final class Verdicts {
  private final Path reports;
  private final Map<String, String> first = new LinkedHashMap<>();
  private final List<String> differences = new ArrayList<>();
  private int runs;
  private int conforming;
  private double seconds;
  private Path report;

  Verdicts(Path reports) {
    this.reports = reports;
  }

  /** Takes in a run; writes the report of the first that differs or does not conform. */
  void add(TckReport run) {
    runs++;
    conforming += run.isOk() && run.violatedRules().isEmpty() ? 1 : 0;
    seconds += run.time().toMillis() / 1e3;
    boolean interesting = !run.isOk();
    for (CheckResult result : run.results()) {
      String check = result.check().toString();
      String verdict = verdict(result);
      String before = first.putIfAbsent(check, verdict);
      if (before != null && !before.equals(verdict)) {
        interesting = true;
        differences.add("run " + runs + ": " + check + ": " + verdict + ", not " + before);
      } else if (before == null && result.status() == CheckResult.Status.FAILED) {
        interesting = true;
        differences.add("run " + runs + ": " + check + ": " + verdict);
      }
    }
    if (interesting && report == null) {
      report = write(run);
    }
  }

  private Path write(TckReport run) {
    try {
      return run.write(reports).get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String verdict(CheckResult result) {
    return result.violated() == null
        ? result.status().toString()
        : result.status() + " by " + result.violated().id();
  }

  boolean isOk() {
    return conforming == runs && differences.isEmpty();
  }

  List<String> differences() {
    return differences;
  }

  String text() {
    return String.format(
        java.util.Locale.ROOT,
        "%d of %d conform, %.1f s each%s",
        conforming,
        runs,
        seconds / Math.max(1, runs),
        report == null ? "" : ", see " + report);
  }
}
