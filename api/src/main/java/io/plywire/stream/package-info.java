// SPDX-License-Identifier: Apache-2.0

/**
 * The asynchronous contract of all layers: streams of bytes, completion handlers and tokens,
 * executors, cancellation and errors.
 *
 * <p>Nothing here knows WebSocket, HTTP or sockets. Start with the contract of the next layer,
 * which every transport keeps and every composed operation relies on.
 */
@NullMarked
package io.plywire.stream;

import org.jspecify.annotations.NullMarked;
