// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import org.jspecify.annotations.Nullable;

/** The failure of an operation because of TLS. */
public final class TlsException extends OperationException {
  private static final long serialVersionUID = 1L;

  private final TlsError error;
  private final int alert;

  /**
   * Makes a failure that no alert of the peer is behind.
   *
   * @param error the code
   * @param message what failed, with the offending value and the limit
   * @param cause the failure below this one, or null
   */
  public TlsException(TlsError error, String message, @Nullable Throwable cause) {
    this(error, -1, message, cause);
  }

  /**
   * Makes a failure.
   *
   * @param error the code
   * @param alert the number of the alert the peer sent (RFC 8446, section 6), or -1
   * @param message what failed, with the offending value and the limit
   * @param cause the failure below this one, or null
   */
  public TlsException(TlsError error, int alert, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.error = error;
    this.alert = alert;
  }

  /** Returns the code. */
  @Override
  public TlsError error() {
    return error;
  }

  /** Returns the number of the alert that the peer sent (RFC 8446, section 6), or -1. */
  public int alert() {
    return alert;
  }

  @Override
  public ErrorCondition condition() {
    return error.condition();
  }

  @Override
  public TlsException thrownHere() {
    TlsException copy = new TlsException(error, alert, String.valueOf(getMessage()), this);
    copy.traceHere(1);
    return copy;
  }

  @Override
  @SuppressWarnings("OverrideThrowableToString") // the code stands beside the message
  public String toString() {
    return "TlsException[" + error + "]: " + getMessage();
  }
}
