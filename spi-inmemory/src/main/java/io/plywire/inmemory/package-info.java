// SPDX-License-Identifier: Apache-2.0

/**
 * A transport without a network: connected pairs of streams in memory, with a bounded window, a
 * manual executor, a virtual clock and fault injection.
 *
 * <p>It keeps the whole contract of the next layer, and lets a test decide when time passes, when
 * bytes move and what fails. Start with {@link io.plywire.inmemory.InMemoryPipe} and {@link
 * io.plywire.inmemory.ManualExecutor} for two streams on a desk, with {@link
 * io.plywire.inmemory.Faults} for what can happen to them, and with {@link
 * io.plywire.inmemory.InMemoryTransport} to connect by name. Nothing here knows WebSocket.
 */
@NullMarked
package io.plywire.inmemory;

import org.jspecify.annotations.NullMarked;
