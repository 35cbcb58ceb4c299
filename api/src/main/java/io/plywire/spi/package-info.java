// SPDX-License-Identifier: Apache-2.0

/**
 * How transports and layers are made and found: for their authors.
 *
 * <p>Start with {@link io.plywire.spi.TransportProvider} to write one, with {@link
 * io.plywire.stream.ForwardingStream} to put something on top of a stream, and with {@link
 * io.plywire.spi.Discovery} to see which ones are there. What a stream promises stands in {@link
 * io.plywire.stream.AsyncStream}; nothing here knows frames or sockets.
 *
 * <p>Operations need not be written from nothing: {@link io.plywire.spi.PendingOperation} is one
 * direction of a stream, {@link io.plywire.spi.OneShotOperation} whatever happens once, and {@link
 * io.plywire.spi.StagedOperation} what is made of several of those.
 */
@NullMarked
package io.plywire.spi;

import org.jspecify.annotations.NullMarked;
