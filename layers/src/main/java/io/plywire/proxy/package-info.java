// SPDX-License-Identifier: Apache-2.0

/**
 * Proxies on the way of a client, as layers over any {@link io.plywire.stream.AsyncStream}: {@link
 * io.plywire.proxy.HttpConnect}, {@link io.plywire.proxy.Socks5} and {@link
 * io.plywire.proxy.Socks4a} ask the proxy at the other end of the stream to connect further, and
 * then get out of the way. They know neither sockets nor TLS nor WebSocket.
 *
 * <p>{@link io.plywire.proxy.Proxy} is one proxy with all that it needs, {@link
 * io.plywire.proxy.ProxySelection} tells which one a target is reached by. What is said on the wire
 * is in the {@code ...Conversation}s, which do no I/O.
 */
@NullMarked
package io.plywire.proxy;

import org.jspecify.annotations.NullMarked;
