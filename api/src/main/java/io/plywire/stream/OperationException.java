// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The failure of an asynchronous operation: an {@link IOException} with a code.
 *
 * <p>Such an exception is a value that travels from an executor to a handler, so it is made without
 * a stack trace: the frames would show an event loop, not the caller. {@link #thrownHere()} turns
 * it into one that has the trace of the calling thread; the blocking style does so by itself.
 */
public abstract class OperationException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Packages whose frames stand between a blocking call and what it waits for. */
  private static final List<String> LIBRARY =
      List.of(
          "io.plywire.stream.",
          "io.plywire.websocket.",
          "io.plywire.spi.",
          "io.plywire.nio.",
          "io.plywire.inmemory.",
          "io.plywire.tls.");

  /**
   * For subclasses.
   *
   * @param message says what failed, with the offending value and the limit
   * @param cause the failure below this one, or null
   */
  protected OperationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Returns the code: a constant of what has failed, such as {@link StreamError}. */
  public abstract Enum<?> error();

  /** Returns the condition that the code of this failure belongs to. */
  public abstract ErrorCondition condition();

  /**
   * Returns a copy of this failure whose stack trace is the calling thread's and whose cause is
   * this one.
   */
  public abstract OperationException thrownHere();

  /** Leaves the stack trace empty; see the class comment. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  /**
   * Fills in the trace of the calling thread; for implementations of {@link #thrownHere()}. It
   * begins with the caller's own line: how the library waited for the operation explains nothing.
   *
   * @param skippedFrames how many of the innermost frames to leave out
   */
  protected final void traceHere(int skippedFrames) {
    StackTraceElement[] trace = Thread.currentThread().getStackTrace();
    int from = Math.min(trace.length, skippedFrames + 2);
    while (from < trace.length - 1 && isOfTheLibrary(trace[from])) {
      from++;
    }
    setStackTrace(Arrays.copyOfRange(trace, from, trace.length));
  }

  private static boolean isOfTheLibrary(StackTraceElement frame) {
    String name = frame.getClassName();
    return LIBRARY.stream().anyMatch(name::startsWith);
  }
}
