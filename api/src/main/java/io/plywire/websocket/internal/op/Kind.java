// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

/** The kinds of operations, as the turn for writing knows them. */
enum Kind {
  /** Everything that is read. It never writes. */
  READ("read"),
  /** A message or a part of one. */
  WRITE("write"),
  /** A ping that the application asked for. */
  PING("ping"),
  /** A pong that the application asked for. */
  PONG("pong"),
  /** A ping that shows whether the peer is alive. */
  KEEP_ALIVE("keep-alive ping"),
  /** A close frame in answer to the peer's, or to a violation. */
  REPLY("reply to the peer's close"),
  /** The answers to pings. */
  AUTO_PONG("pong in answer to a ping"),
  /** The application's close. */
  CLOSE("close"),
  /** The client's opening handshake, which excludes everything else. */
  HANDSHAKE("handshake"),
  /** The server's opening handshake, as exclusive. */
  ACCEPT("accept");

  /** What messages call the operation. */
  final String label;

  Kind(String label) {
    this.label = label;
  }
}
