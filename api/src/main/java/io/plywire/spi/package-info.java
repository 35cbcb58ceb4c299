// SPDX-License-Identifier: Apache-2.0

/**
 * How transports and layers are made and found: for their authors.
 *
 * <p>Start with {@link io.plywire.spi.TransportProvider} to write one, with {@link
 * io.plywire.stream.ForwardingStream} to put something on top of a stream, and with {@link
 * io.plywire.spi.Discovery} to see which ones are there. What a stream promises stands in {@link
 * io.plywire.stream.AsyncStream}; nothing here knows frames or sockets.
 *
 * <p>Nothing need be written from nothing. A whole stream is {@link io.plywire.spi.ReadinessStream}
 * if its medium can be tried, and {@link io.plywire.spi.CompletionStream} if the medium completes
 * later; {@link io.plywire.spi.CompletionAcceptor} accepts, {@link io.plywire.spi.ExecutorAdapter}
 * runs all that on somebody else's threads. Where those do not fit, {@link
 * io.plywire.spi.PendingOperation} is one direction of a stream, {@link
 * io.plywire.spi.OneShotOperation} whatever happens once, such as connecting, and {@link
 * io.plywire.spi.StagedOperation} what is made of several of those.
 */
@NullMarked
package io.plywire.spi;

import org.jspecify.annotations.NullMarked;
