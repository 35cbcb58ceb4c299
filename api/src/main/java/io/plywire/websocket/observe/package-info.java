// SPDX-License-Identifier: Apache-2.0

/**
 * What happens to WebSockets, for those who run them: an {@linkplain
 * io.plywire.websocket.observe.WebSocketObserver observer} hears of everything that matters, and
 * {@linkplain io.plywire.websocket.observe.WebSocketCounters counters} are one that adds up.
 */
@NullMarked
package io.plywire.websocket.observe;

import org.jspecify.annotations.NullMarked;
