// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import org.jspecify.annotations.Nullable;

/** Why a conversation with a proxy has failed; a signal within this package. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final ProxyError error;
  private final int status;
  private final String reason;
  private final boolean credentialsSent;
  private final transient @Nullable Challenge challenge;

  Refusal(ProxyError error, String message) {
    this(error, -1, "", false, null, message);
  }

  Refusal(ProxyError error, int status, String reason, boolean credentialsSent, String message) {
    this(error, status, reason, credentialsSent, null, message);
  }

  Refusal(
      ProxyError error,
      int status,
      String reason,
      boolean credentialsSent,
      @Nullable Challenge challenge,
      String message) {
    super(message, null, false, false);
    this.error = error;
    this.status = status;
    this.reason = reason;
    this.credentialsSent = credentialsSent;
    this.challenge = challenge;
  }

  ProxyError error() {
    return error;
  }

  int status() {
    return status;
  }

  String reason() {
    return reason;
  }

  boolean credentialsSent() {
    return credentialsSent;
  }

  /** Makes the exception for users. */
  ProxyException on(Object stream, @Nullable Throwable cause) {
    return new ProxyException(this, challenge, getMessage() + ": " + stream, cause);
  }
}
