// SPDX-License-Identifier: Apache-2.0

/**
 * TLS as a layer over any {@link io.plywire.stream.AsyncStream}, with the engine of your choice.
 * Knows neither sockets nor WebSocket.
 *
 * <p>Start with {@link io.plywire.tls.TlsConfig}, which says how one side does TLS, and {@link
 * io.plywire.tls.TlsContext}, which puts it to work for many connections. A client or server of
 * WebSockets takes the context as the option {@link io.plywire.tls.TlsOptions#CONTEXT}; any other
 * stream gets the layer from {@link io.plywire.tls.TlsStream#asyncHandshake}.
 */
@NullMarked
package io.plywire.tls;

import org.jspecify.annotations.NullMarked;
