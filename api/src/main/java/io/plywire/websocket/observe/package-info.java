// SPDX-License-Identifier: Apache-2.0

/**
 * What happens to WebSockets, for those who run them, without changing it.
 *
 * <p>An {@linkplain io.plywire.websocket.observe.WebSocketObserver observer} hears of everything
 * that matters, and {@linkplain io.plywire.websocket.observe.WebSocketCounters counters} are one
 * that adds up.
 *
 * <p>{@link io.plywire.websocket.observe.WireTap} is a layer that tells which heads and frames pass
 * through it. It parses them by itself and uses nothing of the WebSocket's own protocol code, so
 * that a mistake there can be seen here. {@link io.plywire.websocket.observe.Redaction} is for
 * whoever prints what was seen.
 */
@NullMarked
package io.plywire.websocket.observe;

import org.jspecify.annotations.NullMarked;
