// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import java.nio.ByteBuffer;

/**
 * Hears of control frames while a read or a close is outstanding. What they ask for is done
 * already, or will be: this only watches.
 */
@FunctionalInterface
public interface ControlCallback {
  /** Which control frame. */
  enum Kind {
    /** A ping; its pong goes out by itself. */
    PING,
    /** A pong, asked for or not. */
    PONG,
    /** The peer's close frame. */
    CLOSE
  }

  /**
   * Called on the executor of the stream, never inside an initiating call. An exception fails the
   * WebSocket with {@link WebSocketError#CALLBACK_FAILED}.
   *
   * @param kind which frame
   * @param payload its payload, readable during the call only
   */
  void received(Kind kind, ByteBuffer payload);
}
