// SPDX-License-Identifier: Apache-2.0

/**
 * The protocol, without I/O: bytes in, facts out; facts in, bytes out. Here live RFC 6455's frames
 * ({@link FrameHeader}, {@link FrameDecoder}, {@link FrameEncoder}, {@link Masker}, {@link
 * Utf8Validator}, {@link CloseFrame}) and its opening handshake ({@link HttpHead}, {@link
 * ClientHandshake}, {@link ServerHandshake}). Not here: channels, executors, threads, time,
 * handlers and logging; nothing in this package waits or calls back, and "not enough bytes" or "the
 * peer broke rule so-and-so" are values, never exceptions. Start with {@link FrameDecoder}: the
 * other pieces have the same manners.
 *
 * <p>A {@link io.plywire.stream.BufferPool} comes in here for one thing, its views of memory as
 * longs, through which long payloads are masked several times as fast. Such a view has to be found
 * right where the mask is applied, and is nothing but bytes seen differently. Memory is not
 * borrowed here: whoever has a buffer to give brings the pool that lent it.
 */
@NullMarked
package io.plywire.websocket.internal.protocol;

import org.jspecify.annotations.NullMarked;
