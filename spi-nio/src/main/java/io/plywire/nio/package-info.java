// SPDX-License-Identifier: Apache-2.0

/**
 * TCP and Unix-domain sockets as next layers: the transport that most applications use.
 *
 * <p>The event loops behind it are internal. Nothing here knows WebSocket frames or TLS.
 */
@NullMarked
package io.plywire.nio;

import org.jspecify.annotations.NullMarked;
