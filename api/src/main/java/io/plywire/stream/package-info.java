// SPDX-License-Identifier: Apache-2.0

/**
 * Asynchronous operations on streams of bytes: handlers, completion tokens, executors, cancellation
 * and errors, and the contract of every layer, {@link io.plywire.stream.AsyncStream}, where reading
 * should start.
 *
 * <p>Nothing here knows WebSocket, HTTP, sockets or TLS.
 */
@NullMarked
package io.plywire.stream;

import org.jspecify.annotations.NullMarked;
