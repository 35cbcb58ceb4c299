// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import io.plywire.tck.CheckResult.Status;
import io.plywire.tck.internal.report.TextReport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/** Turns results into what JUnit knows: success, failure, aborted. */
final class JunitResults {
  private final TckRun run;
  private final TckSubject subject;
  private final List<CheckResult> results = new ArrayList<>();

  JunitResults(TckRun run, TckSubject subject) {
    this.run = run;
    this.subject = subject;
  }

  DynamicTest test(Check check) {
    return DynamicTest.dynamicTest(check.testName(), () -> verify(check));
  }

  private void verify(Check check) {
    CheckResult result = run.run(check);
    results.add(result);
    switch (result.status()) {
      case PASSED -> {}
      case FAILED -> throw new AssertionError(TextReport.failure(result), result.failure());
      case WAIVED -> Assumptions.abort("waived: " + result.message());
      case UNTESTED -> Assumptions.abort("untested: " + result.message());
    }
  }

  /** Fails if the rule of the waiver was kept; the checks have to come before. */
  void requireNotStale(Waiver waiver) {
    TckReport report = new TckReport(subject, TckEnvironment.defaults(), results);
    if (report.count(Status.WAIVED) == 0 || report.staleWaivers().contains(waiver)) {
      throw new AssertionError("the rule " + waiver.rule() + " is kept; remove its waiver");
    }
  }
}
