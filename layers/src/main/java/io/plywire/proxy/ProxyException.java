// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import org.jspecify.annotations.Nullable;

/**
 * The failure of an operation because of what a proxy has answered. What the server behind it says
 * comes as another exception. No credentials are in it.
 */
public final class ProxyException extends OperationException {
  private static final long serialVersionUID = 1L;

  private final ProxyError error;
  private final int status;
  private final String reason;
  private final boolean credentialsSent;
  private final transient @Nullable Challenge challenge;

  ProxyException(
      Refusal refusal, @Nullable Challenge challenge, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.error = refusal.error();
    this.status = refusal.status();
    this.reason = refusal.reason();
    this.credentialsSent = refusal.credentialsSent();
    this.challenge = challenge;
  }

  private ProxyException(ProxyException of) {
    super(String.valueOf(of.getMessage()), of);
    this.error = of.error;
    this.status = of.status;
    this.reason = of.reason;
    this.credentialsSent = of.credentialsSent;
    this.challenge = of.challenge;
  }

  /** Returns the code. */
  @Override
  public ProxyError error() {
    return error;
  }

  /**
   * Returns the number of the proxy's answer: the status of HTTP, such as 403, or the reply of
   * SOCKS, such as 5; -1 if it had none.
   */
  public int status() {
    return status;
  }

  /**
   * Returns the reason that the proxy gave, in printable ASCII and at most 100 characters; for
   * SOCKS what the number means. Empty if there was none.
   */
  public String reason() {
    return reason;
  }

  /** Returns whether the proxy got credentials before it answered so. */
  public boolean credentialsSent() {
    return credentialsSent;
  }

  /** Returns what the proxy wants to have answered on a new connection, or null. */
  @Nullable Challenge challenge() {
    return challenge;
  }

  @Override
  public ErrorCondition condition() {
    return error.condition();
  }

  @Override
  public ProxyException thrownHere() {
    ProxyException copy = new ProxyException(this);
    copy.traceHere(1);
    return copy;
  }

  @Override
  @SuppressWarnings("OverrideThrowableToString") // the code stands beside the message
  public String toString() {
    return "ProxyException[" + error + "]: " + getMessage();
  }
}
