// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

/** What can go wrong on a stream of bytes. See {@link StreamException}. */
public enum StreamError {
  /** The peer ended its side in order, and everything it sent before was delivered. */
  EOF(ErrorCondition.CONNECTION_LOST),
  /** The operation was cancelled, or the stream was closed or failed while it was pending. */
  ABORTED(ErrorCondition.ABORTED),
  /** The stream was closed on this side before the operation was initiated. */
  CLOSED(ErrorCondition.CLOSED),
  /** A deadline passed. */
  TIMEOUT(ErrorCondition.TIMEOUT),
  /** The peer, or the network, broke the connection off. */
  RESET(ErrorCondition.CONNECTION_LOST),
  /** The bytes ended without the end mark of a secured layer; data may be missing. */
  TRUNCATED(ErrorCondition.CONNECTION_LOST),
  /** Nobody listens at the address. */
  REFUSED(ErrorCondition.CONNECT_FAILED),
  /** The network has no way to the address. */
  UNREACHABLE(ErrorCondition.CONNECT_FAILED),
  /** The host name has no address. */
  UNRESOLVED(ErrorCondition.CONNECT_FAILED),
  /** The local address is taken. */
  ADDRESS_IN_USE(ErrorCondition.CONNECT_FAILED),
  /** The local address is not one of this machine, or not permitted. */
  ADDRESS_UNAVAILABLE(ErrorCondition.CONNECT_FAILED),
  /** The layer's own protocol was broken by the peer, for example a bad TLS record. */
  PROTOCOL(ErrorCondition.PROTOCOL_VIOLATION),
  /** The layer's own handshake failed, for example an untrusted certificate. */
  HANDSHAKE(ErrorCondition.HANDSHAKE_FAILED),
  /** The system refused a resource, for example another file descriptor. */
  EXHAUSTED(ErrorCondition.LIMIT_EXCEEDED),
  /** The stream or provider cannot do what was asked for. */
  UNSUPPORTED(ErrorCondition.OTHER),
  /** Any other failure reported by the system; the cause tells more. */
  IO(ErrorCondition.OTHER);

  private final ErrorCondition condition;

  StreamError(ErrorCondition condition) {
    this.condition = condition;
  }

  /** Returns the condition this code belongs to. */
  public ErrorCondition condition() {
    return condition;
  }
}
