// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import org.jspecify.annotations.Nullable;

/** The failure of an operation on a stream of bytes. */
public final class StreamException extends OperationException {
  private static final long serialVersionUID = 1L;

  private final StreamError error;
  private final @Nullable CancellationType cancellation;

  /**
   * Makes a failure with a code.
   *
   * @param error the code
   * @param message what failed, with the offending value and the limit
   */
  public StreamException(StreamError error, String message) {
    this(error, message, null);
  }

  /**
   * Makes a failure with a code and a cause.
   *
   * @param error the code
   * @param message what failed, with the offending value and the limit
   * @param cause the failure below this one, or null
   */
  public StreamException(StreamError error, String message, @Nullable Throwable cause) {
    this(error, message, cause, null);
  }

  private StreamException(
      StreamError error,
      String message,
      @Nullable Throwable cause,
      @Nullable CancellationType cancellation) {
    super(message, cause);
    this.error = error;
    this.cancellation = cancellation;
  }

  /**
   * Makes the failure of an operation that ended on request.
   *
   * @param type what was asked for
   * @param message names the operation and what is left of the stream
   */
  public static StreamException cancelled(CancellationType type, String message) {
    return new StreamException(StreamError.ABORTED, message, null, type);
  }

  /** Returns the code. */
  @Override
  public StreamError error() {
    return error;
  }

  /**
   * Returns the type of the request that ended the operation, or null if it did not end on request.
   * {@link CancellationType#TOTAL} and {@link CancellationType#PARTIAL} leave the stream usable.
   */
  public @Nullable CancellationType cancellation() {
    return cancellation;
  }

  @Override
  public ErrorCondition condition() {
    return error.condition();
  }

  @Override
  public StreamException thrownHere() {
    StreamException copy =
        new StreamException(error, String.valueOf(getMessage()), this, cancellation);
    copy.traceHere(1);
    return copy;
  }

  @Override
  @SuppressWarnings("OverrideThrowableToString") // the code stands beside the message
  public String toString() {
    return "StreamException[" + error + "]: " + getMessage();
  }
}
