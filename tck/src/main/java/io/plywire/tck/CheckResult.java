// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What came of a check.
 *
 * @param check which
 * @param status how it ended
 * @param violated the rule that was violated, which need not be the one the check is about; null if
 *     none was
 * @param message what is wrong, or why it was not tested; empty if it passed
 * @param trace calls and completions of the interaction that failed, in order; empty if it passed
 * @param failure where the violation was found, or null
 * @param time how long the check took
 * @param conditions under which conditions it looked at which rules, by their numbers: its own, and
 *     those that are watched in every check; empty unless it passed
 */
public record CheckResult(
    Check check,
    Status status,
    @Nullable Rule violated,
    String message,
    List<String> trace,
    @Nullable Throwable failure,
    Duration time,
    Map<String, Set<Condition>> conditions) {

  /** How a check ended. */
  public enum Status {
    /** No violation was found. */
    PASSED,
    /** A rule was violated. */
    FAILED,
    /** A rule was violated, which a waiver admits. */
    WAIVED,
    /** It could not be tested, or need not be; the message says why. */
    UNTESTED
  }
}
