// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.stream.Handler;
import io.plywire.websocket.WebSocketStream;

/** Makes a connection ready before others may send: authenticates, subscribes again. */
@FunctionalInterface
public interface OpenHandler {
  /**
   * Called on the executor of the {@link Reconnector} when a connection is open. Until it is done
   * the stream is its own, for reading and for writing: the Reconnector does neither.
   *
   * @param stream the new connection. When this is done no operation of its own may be outstanding
   * @param first whether it is the first one that has come so far, so that there is nothing to
   *     subscribe again
   * @param done tells that the connection is ready, or why it is not, which counts as a failed
   *     attempt; from any thread. The first call counts. Throwing is the same as an error
   */
  void opened(WebSocketStream stream, boolean first, Handler<Void> done);
}
