// SPDX-License-Identifier: Apache-2.0

/**
 * Layers for servers in real deployments, over any {@link io.plywire.stream.AsyncStream}. They know
 * neither sockets nor WebSocket.
 *
 * <p>{@link io.plywire.layers.ProxyProtocol} reads the header in which a balancer tells who has
 * connected to it; what is on top sees that address through {@link
 * io.plywire.transport.PeerAddress}. {@link io.plywire.layers.RateLimit} bounds the bytes per
 * second of a stream, or of several together.
 */
@NullMarked
package io.plywire.layers;

import org.jspecify.annotations.NullMarked;
