// SPDX-License-Identifier: Apache-2.0
package io.plywire.transport;

import java.net.SocketAddress;

/**
 * Between which addresses a connection runs, as the nearest layer that knows tells it; found by
 * {@link io.plywire.stream.AsyncStream#layer} from any layer above.
 *
 * <p>A transport over sockets tells those of its socket. A layer that was told better, such as by
 * the header of a balancer, stands in its way and tells those: whoever asks the layer below that
 * one gets the socket's again.
 *
 * <p>Thread safety: both methods may be called by any thread, also after the stream was closed.
 */
public interface PeerAddress {
  /** Returns the address of this side. */
  SocketAddress localAddress();

  /** Returns the address of the peer. */
  SocketAddress remoteAddress();
}
