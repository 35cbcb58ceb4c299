// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

/**
 * Stands between a client's request and the answer, and decides; see {@link
 * WebSocketStream#asyncAccept(RequestHandler, io.plywire.stream.Handler)}.
 */
@FunctionalInterface
public interface RequestHandler {
  /**
   * Called on the executor of the stream for each request that can be decided: one that asks for a
   * WebSocket and is right, with an origin that is allowed, and one by {@code GET} or {@code HEAD}
   * that asks for none. All others are refused before.
   *
   * <p>It need not decide at once: any thread may do so later, as long as the opening handshake may
   * take. An exception refuses the request with 500.
   *
   * @param opening the request, and the means to answer it
   */
  void requested(Opening opening);
}
