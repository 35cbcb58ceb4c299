// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.verdict;

/** The suite's words for how a case went, from best to worst. */
public enum Verdict {
  /** As the specification demands. */
  OK("OK"),
  /** The specification leaves it open, so there is nothing to judge. */
  INFORMATIONAL("INFORMATIONAL"),
  /** Permitted, but not what a SHOULD of the specification asks for. */
  NON_STRICT("NON-STRICT"),
  /** The client had to end the connection that the server should have ended. */
  FAILED_BY_CLIENT("FAILED BY CLIENT"),
  /** The peer does not do what the case is about. */
  UNIMPLEMENTED("UNIMPLEMENTED"),
  /** Closed with another code than the specification demands. */
  WRONG_CODE("WRONG CODE"),
  /** Ended without the closing handshake. */
  UNCLEAN("UNCLEAN"),
  /** Not as the specification demands. */
  FAILED("FAILED");

  private final String word;

  Verdict(String word) {
    this.word = word;
  }

  /**
   * Returns the verdict of a word.
   *
   * @throws IllegalArgumentException if the suite has no such word
   */
  public static Verdict of(String word) {
    for (Verdict verdict : values()) {
      if (verdict.word.equals(word)) {
        return verdict;
      }
    }
    throw new IllegalArgumentException("'" + word + "' is no verdict of the suite");
  }

  /** Returns whether plywire may ever get this one. */
  public boolean acceptable() {
    return this == OK || this == INFORMATIONAL;
  }

  /** Returns the word. */
  @Override
  public String toString() {
    return word;
  }
}
