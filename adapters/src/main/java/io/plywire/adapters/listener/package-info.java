// SPDX-License-Identifier: Apache-2.0

/**
 * Listeners, for those who come from OkHttp or Java-WebSocket: {@link
 * io.plywire.adapters.listener.CallbackWebSocket} tells a {@link
 * io.plywire.adapters.listener.WebSocketListener} what happens, as client or server, and reads the
 * next message only when the listener is done with the last one.
 *
 * <p>What is different from there:
 *
 * <ul>
 *   <li>A connect that fails is told by its future; {@code onFailure} is for WebSockets that were
 *       open.
 *   <li>The peer's close frame is answered by itself; in {@code onClosing} there is nothing to do.
 *   <li>{@code send} returns a future, and refuses a message that does not fit the queue, which is
 *       bounded. The WebSocket stays open then, unless the policy says otherwise.
 *   <li>While {@code onMessage} runs, or its stage is not complete, nothing is read: pings of the
 *       peer wait for their answer, and its close for being noticed.
 *   <li>A method that throws closes the WebSocket with 1011.
 * </ul>
 */
@NullMarked
package io.plywire.adapters.listener;

import org.jspecify.annotations.NullMarked;
