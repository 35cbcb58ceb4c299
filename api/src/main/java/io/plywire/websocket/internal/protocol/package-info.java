// SPDX-License-Identifier: Apache-2.0

/**
 * The protocol, without I/O: bytes in, facts out; facts in, bytes out. Here live RFC 6455's frames
 * ({@link FrameHeader}, {@link FrameDecoder}, {@link Masker}, {@link Utf8Validator}, {@link
 * CloseFrame}) and its opening handshake ({@link HttpHead}, {@link ClientHandshake}, {@link
 * ServerHandshake}). Not here: channels, executors, threads, time, handlers and logging; nothing in
 * this package waits or calls back, and "not enough bytes" or "the peer broke rule so-and-so" are
 * values, never exceptions. Start with {@link FrameDecoder}: the other pieces have the same
 * manners.
 */
@NullMarked
package io.plywire.websocket.internal.protocol;

import org.jspecify.annotations.NullMarked;
