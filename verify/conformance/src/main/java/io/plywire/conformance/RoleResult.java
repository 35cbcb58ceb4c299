// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance;

import io.plywire.conformance.verdict.CaseId;
import io.plywire.conformance.verdict.CasePatterns;
import io.plywire.conformance.verdict.Comparison;
import io.plywire.conformance.verdict.Expectation;
import io.plywire.conformance.verdict.Outcome;
import io.plywire.conformance.verdict.Verdict;
import io.plywire.stream.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * How plywire did in one role.
 *
 * @param role which one
 * @param outcomes how the cases went that were run
 * @param differences what is not as expected, a sentence for each case
 * @param took how long the run took
 */
record RoleResult(
    Role role, SortedMap<CaseId, Outcome> outcomes, List<String> differences, Duration took) {
  static RoleResult of(
      Role role,
      SortedMap<CaseId, Outcome> outcomes,
      CasePatterns cases,
      Expectation expectation,
      Duration took) {
    Map<CaseId, Outcome> expected = expectation.of(role, cases);
    return new RoleResult(role, outcomes, Comparison.differences(expected, outcomes), took);
  }

  /** Returns how many cases have this verdict as the worse of their two. */
  long count(Verdict verdict) {
    return outcomes.values().stream().filter(outcome -> outcome.worse() == verdict).count();
  }
}
