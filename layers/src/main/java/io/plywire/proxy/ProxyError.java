// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.stream.ErrorCondition;

/** What went wrong at a proxy. See {@link ProxyException}. */
public enum ProxyError {
  /** The proxy does not want to connect to this target, or not for this client. */
  REFUSED(ErrorCondition.HANDSHAKE_FAILED),
  /** The proxy has tried to reach the target and failed. */
  UNREACHABLE(ErrorCondition.CONNECT_FAILED),
  /**
   * The proxy asks for credentials that there are none of, in a way that is not supported, or it
   * refuses those that it got: {@link ProxyException#credentialsSent}.
   */
  AUTHENTICATION(ErrorCondition.HANDSHAKE_FAILED),
  /**
   * The proxy asks for credentials, which are there, and ends the connection: they have to be sent
   * on a new one, see {@link Proxy#after}.
   */
  NEW_CONNECTION_NEEDED(ErrorCondition.HANDSHAKE_FAILED),
  /** The answer is none of the protocol: there may be something else at this address. */
  BAD_ANSWER(ErrorCondition.PROTOCOL_VIOLATION),
  /** The answer is longer than it may be. */
  ANSWER_TOO_LARGE(ErrorCondition.LIMIT_EXCEEDED);

  private final ErrorCondition condition;

  ProxyError(ErrorCondition condition) {
    this.condition = condition;
  }

  /** Returns the condition this code belongs to. */
  public ErrorCondition condition() {
    return condition;
  }
}
