// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.verdict;

/**
 * How a case went.
 *
 * @param behavior the verdict on what the peer did
 * @param close the verdict on how the connection ended
 */
public record Outcome(Verdict behavior, Verdict close) {
  /** Returns whether both verdicts are ones that plywire may ever get. */
  public boolean acceptable() {
    return behavior.acceptable() && close.acceptable();
  }

  /** Returns the worse of the two verdicts. */
  public Verdict worse() {
    return behavior.compareTo(close) < 0 ? close : behavior;
  }

  @Override
  public String toString() {
    return behavior == close ? behavior.toString() : behavior + ", close " + close;
  }
}
