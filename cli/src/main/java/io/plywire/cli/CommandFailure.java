// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import org.jspecify.annotations.Nullable;

/** The end of a subcommand that failed: one line for people, and the exit code for programs. */
final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What failed, and what to do about it. */
  private static final int MAX_CHARS = 800;

  private final int exitCode;

  private final String what;
  private final String advice;

  CommandFailure(int exitCode, String message, @Nullable Throwable cause) {
    this(exitCode, message, "", cause);
  }

  /**
   * Makes one that says what to do.
   *
   * @param advice in words that may follow a semicolon; may be empty
   */
  CommandFailure(int exitCode, String message, String advice, @Nullable Throwable cause) {
    super(OneLine.of(advice.isEmpty() ? message : message + "; " + advice, MAX_CHARS), cause);
    this.exitCode = exitCode;
    this.what = OneLine.of(message);
    this.advice = OneLine.of(advice);
  }

  /** Returns what failed. */
  String what() {
    return what;
  }

  /** Returns what to do about it; may be empty. */
  String advice() {
    return advice;
  }

  int exitCode() {
    return exitCode;
  }
}
