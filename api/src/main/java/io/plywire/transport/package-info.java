// SPDX-License-Identifier: Apache-2.0

/**
 * Where to connect to or to listen on, and with which settings: {@link
 * io.plywire.transport.Endpoint} and {@link io.plywire.transport.TransportOptions}; and from where
 * a connection has come, {@link io.plywire.transport.PeerAddress}.
 *
 * <p>What applications say to a transport; how transports are made and found is in {@link
 * io.plywire.spi}.
 */
@NullMarked
package io.plywire.transport;

import org.jspecify.annotations.NullMarked;
