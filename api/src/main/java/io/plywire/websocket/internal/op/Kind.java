// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

/** The operations that write, as the turn for writing knows them. */
enum Kind {
  /** A message or a part of one. */
  WRITE,
  /** A ping that the application asked for. */
  PING,
  /** A pong that the application asked for. */
  PONG,
  /** A ping that shows whether the peer is alive. */
  KEEP_ALIVE,
  /** The reader's close frame: an answer to the peer's, or the end after a violation. */
  REPLY,
  /** The answers to pings. */
  AUTO_PONG,
  /** The application's close. */
  CLOSE,
  /** An opening handshake, which excludes everything else. */
  HANDSHAKE
}
