// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.report;

import io.plywire.tck.CheckResult;
import io.plywire.tck.CheckResult.Status;
import io.plywire.tck.Rule;
import io.plywire.tck.TckReport;
import io.plywire.tck.Waiver;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The report for people with a terminal. */
public final class TextReport {
  private TextReport() {}

  /** Returns one line. */
  public static String summary(TckReport report) {
    return String.format(
        Locale.ROOT,
        "%s: %s, %d passed, %d failed, %d waived, %d untested, in %.1f s",
        report.subject(),
        verdict(report),
        report.count(Status.PASSED),
        report.count(Status.FAILED),
        report.count(Status.WAIVED),
        report.count(Status.UNTESTED),
        report.time().toMillis() / 1e3);
  }

  static String verdict(TckReport report) {
    if (!report.isOk()) {
      return "NOT CONFORMING";
    }
    return report.failures().isEmpty() ? "conforms" : "conforms, with SHOULD rules violated";
  }

  public static String of(TckReport report) {
    StringBuilder text = new StringBuilder(summary(report)).append('\n');
    text.append("traits ").append(report.traits()).append(", ").append(report.environment());
    text.append("\n\n");
    table(report, text);
    for (Waiver waiver : report.waivers()) {
      text.append("\nwaived: ").append(waiver.rule()).append(", ").append(waiver.reason());
      text.append(" (").append(waiver.link()).append(')');
    }
    for (Waiver waiver : report.staleWaivers()) {
      text.append("\nSTALE: the rule ").append(waiver.rule());
      text.append(" is kept; remove its waiver");
    }
    for (CheckResult result : report.results()) {
      if (result.status() == Status.UNTESTED) {
        text.append("\nuntested: ").append(result.check()).append(", ").append(result.message());
      } else if (result.violated() != null) {
        text.append("\n\n").append(failure(result));
      }
    }
    return text.append('\n').toString();
  }

  /** A line for each group of rules. */
  private static void table(TckReport report, StringBuilder text) {
    for (Map.Entry<String, String> group : Rule.groups().entrySet()) {
      long checks = inGroup(report, group.getKey(), null);
      if (checks > 0) {
        text.append(
            String.format(
                Locale.ROOT,
                "%-4s %-40s %3d of %3d%s%n",
                group.getKey(),
                group.getValue(),
                inGroup(report, group.getKey(), Status.PASSED),
                checks,
                inGroup(report, group.getKey(), Status.FAILED) > 0 ? "  FAILED" : ""));
      }
    }
  }

  private static long inGroup(
      TckReport report, String group, @org.jspecify.annotations.Nullable Status status) {
    return report.results().stream()
        .filter(result -> result.check().rule().group().equals(group))
        .filter(result -> status == null || result.status() == status)
        .count();
  }

  /** Returns all there is to say about a check that failed. */
  public static String failure(CheckResult result) {
    Rule rule = Objects.requireNonNull(result.violated());
    StringBuilder text = new StringBuilder();
    text.append(result.status() == Status.WAIVED ? "WAIVED " : "VIOLATED ").append(rule);
    text.append("\n  found by: ").append(result.check());
    text.append("\n  what: ").append(result.message());
    text.append("\n  why it matters: ").append(rule.intent());
    text.append("\n  likely causes: ").append(rule.causes());
    text.append("\n  trace:");
    result.trace().forEach(line -> text.append("\n    ").append(line));
    return text.toString();
  }
}
