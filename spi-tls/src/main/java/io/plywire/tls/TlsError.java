// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.stream.ErrorCondition;

/** What went wrong in TLS. See {@link TlsException}. */
public enum TlsError {
  /** The first bytes are no TLS; the peer may speak plain text. */
  NOT_TLS(ErrorCondition.HANDSHAKE_FAILED),
  /** The two sides share no protocol version, cipher suite or group. */
  NO_COMMON_PARAMETERS(ErrorCondition.HANDSHAKE_FAILED),
  /** No application protocol was agreed on, and one is required. */
  NO_APPLICATION_PROTOCOL(ErrorCondition.HANDSHAKE_FAILED),
  /** The peer's certificate is not trusted. */
  CERTIFICATE_UNTRUSTED(ErrorCondition.HANDSHAKE_FAILED),
  /** The peer's certificate is not valid at this time. */
  CERTIFICATE_EXPIRED(ErrorCondition.HANDSHAKE_FAILED),
  /** The peer's certificate is for another name. */
  HOST_NAME_MISMATCH(ErrorCondition.HANDSHAKE_FAILED),
  /** A client showed no certificate, and one is required. */
  CLIENT_CERTIFICATE_REQUIRED(ErrorCondition.HANDSHAKE_FAILED),
  /** The peer ended the connection with a fatal alert. */
  PEER_ALERT(ErrorCondition.PROTOCOL_VIOLATION),
  /** A record could not be decrypted, or is malformed. */
  BAD_RECORD(ErrorCondition.PROTOCOL_VIOLATION),
  /** The peer wants to renegotiate, which is refused. */
  RENEGOTIATION_REFUSED(ErrorCondition.PROTOCOL_VIOLATION),
  /** The peer sends records without data again and again. */
  TOO_MANY_EMPTY_RECORDS(ErrorCondition.LIMIT_EXCEEDED),
  /** The peer broke the protocol in another way. */
  PROTOCOL(ErrorCondition.PROTOCOL_VIOLATION),
  /** The handshake failed for another reason. */
  HANDSHAKE_FAILED(ErrorCondition.HANDSHAKE_FAILED),
  /** The engine failed. */
  ENGINE(ErrorCondition.OTHER);

  private final ErrorCondition condition;

  TlsError(ErrorCondition condition) {
    this.condition = condition;
  }

  /** Returns the condition that this belongs to. */
  public ErrorCondition condition() {
    return condition;
  }
}
