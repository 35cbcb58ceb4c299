// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio;

import java.net.SocketAddress;

/**
 * What is to be known of the socket below a stream; found by {@link
 * io.plywire.stream.AsyncStream#layer} from any layer above.
 *
 * <p>Thread safety: both methods may be called by any thread, also after the stream was closed.
 */
public interface SocketInfo {
  /** Returns the address of this side. */
  SocketAddress localAddress();

  /** Returns the address of the peer. */
  SocketAddress remoteAddress();
}
