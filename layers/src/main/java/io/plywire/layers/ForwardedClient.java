// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Whom a request comes from, as far as those are believed who tell it; see {@link ForwardedFields}.
 *
 * @param address of the client, with port 0 if that was not told; null if nobody knows it, or
 *     nobody says it in a way that can be read
 * @param node what was said of the client: an address, {@code unknown}, a made-up name such as
 *     {@code _hidden}; for what cannot be read, that
 * @param proto which protocol the client speaks, such as {@code https}; null if that was not told
 * @param host what the client has asked for, as in a {@code Host} field; null if that was not told
 */
public record ForwardedClient(
    @Nullable InetSocketAddress address,
    String node,
    @Nullable String proto,
    @Nullable String host) {

  /** Returns whether the client's address is known. */
  public boolean isKnown() {
    return address != null;
  }
}
