// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Makes text from strangers fit to be printed as part of a line. */
final class OneLine {
  private static final int MAX_CHARS = 400;

  private OneLine() {}

  /** Many of these say only which file they are about. */
  private static String ofFiles(FileSystemException e) {
    String what =
        e instanceof NoSuchFileException
            ? "there is no such file"
            : e instanceof AccessDeniedException
                ? "access is denied"
                : e instanceof FileAlreadyExistsException
                    ? "it is there already, and no folder"
                    : e instanceof NotDirectoryException ? "it is no folder" : e.getReason();
    return e.getFile() + ": " + (what == null ? e.getClass().getSimpleName() : what);
  }

  /** Returns the text with control characters replaced, runs of space joined, and not too long. */
  static String of(String text) {
    return of(text, MAX_CHARS);
  }

  /** Does the same with another limit. */
  static String of(String text, int maxChars) {
    String line = text.replaceAll("[\\p{Cntrl}\\x{80}-\\x{9f}\\s]+", " ").strip();
    return cut(line, maxChars);
  }

  /** Returns the text, or what fits of it. */
  static String cut(String text, int maxChars) {
    return text.length() <= maxChars ? text : text.substring(0, maxChars) + "...";
  }

  /** Returns what an exception says, or at least what it is. */
  static String of(Throwable e) {
    if (e instanceof FileSystemException files) {
      return of(ofFiles(files));
    }
    String message = e.getMessage();
    return of(message == null || message.isBlank() ? e.getClass().getSimpleName() : message);
  }
}
