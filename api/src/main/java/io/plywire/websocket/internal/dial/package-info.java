// SPDX-License-Identifier: Apache-2.0

/**
 * How a client gets to a host: looks it up, races its addresses, takes one of several routes, and
 * keeps a journal of it.
 */
@NullMarked
package io.plywire.websocket.internal.dial;

import org.jspecify.annotations.NullMarked;
