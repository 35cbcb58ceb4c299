// SPDX-License-Identifier: Apache-2.0

/**
 * The composed operations of the WebSocket stream: one class for each operation, the turns they
 * take, and their timers.
 *
 * <p>Operations drive the protocol core over a next layer. They know no selector, socket or TLS
 * engine.
 */
@NullMarked
package io.plywire.websocket.internal.op;

import org.jspecify.annotations.NullMarked;
