// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds everything about a run that is not as it should be. */
public final class Comparison {
  private Comparison() {}

  /**
   * Returns a sentence for each case that is missing, that nobody expected, that went otherwise
   * than expected, or that has a verdict plywire may never get, expected or not.
   *
   * @param expected what is expected of the cases that were to be run
   * @param actual how those went that were run
   * @return in the order of the cases; empty if all is well
   * @throws IllegalArgumentException if nothing is expected, since then nothing would be checked
   */
  public static List<String> differences(
      Map<CaseId, Outcome> expected, Map<CaseId, Outcome> actual) {
    if (expected.isEmpty()) {
      throw new IllegalArgumentException("no case is expected, so there is nothing to compare");
    }
    SortedSet<CaseId> all = new TreeSet<>(expected.keySet());
    all.addAll(actual.keySet());
    List<String> differences = new ArrayList<>();
    for (CaseId id : all) {
      String complaint = complaint(expected.get(id), actual.get(id));
      if (complaint != null) {
        differences.add(id + ": " + complaint);
      }
    }
    return differences;
  }

  private static @Nullable String complaint(@Nullable Outcome expected, @Nullable Outcome actual) {
    if (actual == null) {
      return "missing; expected " + expected;
    }
    if (expected == null) {
      return actual + "; not expected at all";
    }
    if (!actual.equals(expected)) {
      return actual + "; expected " + expected;
    }
    return actual.acceptable() ? null : actual + "; expected so, but never acceptable";
  }
}
