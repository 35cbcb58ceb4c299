// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import org.jspecify.annotations.Nullable;

/** The end of a subcommand that failed: one line for people, and the exit code for programs. */
final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What failed, and what to do about it. */
  private static final int MAX_CHARS = 800;

  private final int exitCode;

  CommandFailure(int exitCode, String message, @Nullable Throwable cause) {
    super(OneLine.of(message, MAX_CHARS), cause);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
