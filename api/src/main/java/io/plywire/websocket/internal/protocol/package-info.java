// SPDX-License-Identifier: Apache-2.0

/**
 * The protocol core of RFC 6455 and RFC 7692: frames, masking, UTF-8, compression and the text of
 * the handshake.
 *
 * <p>Bytes in, facts out; facts in, bytes out. This package never waits, calls back, logs or reads
 * a clock, and knows no channel, executor or thread.
 */
@NullMarked
package io.plywire.websocket.internal.protocol;

import org.jspecify.annotations.NullMarked;
