// SPDX-License-Identifier: Apache-2.0

/**
 * What users of the library touch: the WebSocket stream over any next layer, its options, close
 * codes and errors.
 *
 * <p>The parts that speak RFC 6455 and RFC 7692 bit by bit, and the operations composed of them,
 * are internal.
 */
@NullMarked
package io.plywire.websocket;

import org.jspecify.annotations.NullMarked;
