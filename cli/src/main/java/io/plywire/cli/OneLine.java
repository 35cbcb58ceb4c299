// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

/** Makes text from strangers fit to be printed as part of a line. */
final class OneLine {
  private static final int MAX_CHARS = 400;

  private OneLine() {}

  /** Returns the text with control characters replaced, runs of space joined, and not too long. */
  static String of(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\x{80}-\\x{9f}\\s]+", " ").strip();
    return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS) + "...";
  }

  /** Returns what an exception says, or at least what it is. */
  static String of(Throwable e) {
    String message = e.getMessage();
    return of(message == null || message.isBlank() ? e.getClass().getSimpleName() : message);
  }
}
