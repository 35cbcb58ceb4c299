// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

/**
 * The few questions a program asks about a failure. Every fine-grained code, of a stream or of a
 * protocol above it, belongs to exactly one condition.
 */
public enum ErrorCondition {
  /** The operation was cancelled, or ended because another operation ended the stream. */
  ABORTED,
  /** The stream was closed in an orderly way, by either side. */
  CLOSED,
  /** A deadline passed. */
  TIMEOUT,
  /** No connection came to be: name not found, refused, unreachable. */
  CONNECT_FAILED,
  /** An established connection ended without the goodbye its protocol asks for. */
  CONNECTION_LOST,
  /** The two sides did not agree to open the protocol. */
  HANDSHAKE_FAILED,
  /** The peer broke the protocol. */
  PROTOCOL_VIOLATION,
  /** A limit set on this side was exceeded. */
  LIMIT_EXCEEDED,
  /** Application code called by the library failed. */
  USER_CODE,
  /** Anything else the system reported. */
  OTHER
}
