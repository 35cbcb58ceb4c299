// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.stream.Handler;
import io.plywire.websocket.WebSocketStream;

/**
 * Opens one connection, such as {@code handler -> client.asyncConnect(uri, handler)}. Asked anew
 * for each attempt, so it may choose another address or a fresh token each time.
 */
@FunctionalInterface
public interface Dial {
  /**
   * Begins to open a WebSocket. Called on the executor of the {@link Reconnector}; must not block.
   *
   * @param handler gets the open stream, which belongs to the Reconnector from then on, or the
   *     reason why there is none; once. Its {@linkplain Handler#cancellationSlot() slot} tells when
   *     nobody waits any more; a stream that comes later is aborted
   */
  void dial(Handler<WebSocketStream> handler);
}
