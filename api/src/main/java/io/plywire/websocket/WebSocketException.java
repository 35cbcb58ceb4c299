// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import org.jspecify.annotations.Nullable;

/** The failure of an operation on a {@link WebSocketStream} that the protocol knows. */
public final class WebSocketException extends OperationException {
  private static final long serialVersionUID = 1L;

  private final WebSocketError error;
  private final transient @Nullable CloseOutcome outcome;
  private final transient @Nullable UpgradeResponse response;

  /**
   * Makes a failure with a code.
   *
   * @param error the code
   * @param message what was found, with the offending value and the limit
   * @param cause the failure below this one, or null
   */
  public WebSocketException(WebSocketError error, String message, @Nullable Throwable cause) {
    this(error, message, cause, null, null);
  }

  private WebSocketException(
      WebSocketError error,
      String message,
      @Nullable Throwable cause,
      @Nullable CloseOutcome outcome,
      @Nullable UpgradeResponse response) {
    super(message, cause);
    this.error = error;
    this.outcome = outcome;
    this.response = response;
  }

  /**
   * Makes the end of a read on a WebSocket that was closed in order.
   *
   * @param outcome how it ended
   */
  public static WebSocketException closed(CloseOutcome outcome) {
    return new WebSocketException(
        WebSocketError.CLOSED, "the WebSocket is " + outcome, null, outcome, null);
  }

  /**
   * Makes the error of an operation that was started when the WebSocket was closing or had ended.
   *
   * @param operation what was started, such as {@code "write"}
   * @param outcome how it ended, or null if it is still closing
   */
  public static WebSocketException tooLate(String operation, @Nullable CloseOutcome outcome) {
    return new WebSocketException(
        WebSocketError.CLOSED,
        operation
            + " came too late: the WebSocket "
            + (outcome == null ? "is closing" : "has ended, " + outcome),
        outcome == null ? null : outcome.cause(),
        outcome,
        null);
  }

  /**
   * Makes the failure of a handshake that the server refused, or whose answer was wrong.
   *
   * @param error the code
   * @param message what was found
   * @param response the whole answer
   */
  public static WebSocketException refused(
      WebSocketError error, String message, UpgradeResponse response) {
    return new WebSocketException(error, message, null, null, response);
  }

  /** Returns the code. */
  @Override
  public WebSocketError error() {
    return error;
  }

  /** Returns how the WebSocket ended, or null if this is not {@link WebSocketError#CLOSED}. */
  public @Nullable CloseOutcome outcome() {
    return outcome;
  }

  /** Returns the server's answer to an upgrade request, or null if this is no failed handshake. */
  public @Nullable UpgradeResponse response() {
    return response;
  }

  @Override
  public ErrorCondition condition() {
    return error.condition();
  }

  @Override
  public WebSocketException thrownHere() {
    WebSocketException copy =
        new WebSocketException(error, String.valueOf(getMessage()), this, outcome, response);
    copy.traceHere(1);
    return copy;
  }

  @Override
  @SuppressWarnings("OverrideThrowableToString") // the code stands beside the message
  public String toString() {
    return "WebSocketException[" + error + "]: " + getMessage();
  }
}
