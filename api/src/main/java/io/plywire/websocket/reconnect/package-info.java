// SPDX-License-Identifier: Apache-2.0

/**
 * Keeps a connection up: connects again when it is lost, and accounts for each message meanwhile.
 *
 * <p>{@link io.plywire.websocket.reconnect.Reconnector} is where to start. It stands outside of the
 * stream and uses nothing but its public face: a {@link io.plywire.websocket.reconnect.Dial} opens
 * a connection, a {@link io.plywire.websocket.reconnect.RetryPolicy} decides by the {@link
 * io.plywire.websocket.reconnect.Ending} whether there is another one, and {@link
 * io.plywire.websocket.reconnect.Backoff} when. Inside, {@code Cycle} knows the states, {@code
 * Session} one connection, {@code Outbox} the messages; none of them has a thread, and no lock is
 * held while foreign code runs.
 */
@NullMarked
package io.plywire.websocket.reconnect;

import org.jspecify.annotations.NullMarked;
