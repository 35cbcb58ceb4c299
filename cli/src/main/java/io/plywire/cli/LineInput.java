// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The lines of standard input, of any bytes. */
final class LineInput {
  private final InputStream in;
  private volatile @Nullable IOException failure;

  LineInput(Terminal terminal) {
    this.in = new BufferedInputStream(terminal.in(), 1 << 16);
  }

  /** Has somebody read it on a thread of its own, which nobody waits for. */
  void readBy(Runnable reader) {
    Thread thread = new Thread(reader, "plywire-stdin");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Returns the next one without its end; null at the end, which an input that fails has come to.
   */
  byte @Nullable [] next() {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    try {
      int b = in.read();
      if (b < 0) {
        return null;
      }
      for (; b >= 0 && b != '\n'; b = in.read()) {
        line.write(b);
      }
      return line.toByteArray();
    } catch (IOException e) {
      failure = e;
      return null; // a line that may have been cut is not sent
    }
  }

  /** Returns whether it has failed. */
  boolean hasFailed() {
    return failure != null;
  }

  /**
   * Says what is wrong with the input when all else went well.
   *
   * @param unsent how many lines were no text
   * @throws CommandFailure if something is
   */
  int verdict(int unsent) throws CommandFailure {
    IOException known = failure;
    if (known != null) {
      throw new CommandFailure(
          ExitCode.FAILED, "standard input cannot be read: " + OneLine.of(known), known);
    }
    if (unsent > 0) {
      throw new CommandFailure(
          ExitCode.FAILED,
          (unsent == 1
                  ? "1 line was not sent, which is"
                  : unsent + " lines were not sent, which are")
              + " not valid UTF-8; --binary sends any bytes",
          null);
    }
    return ExitCode.OK;
  }
}
