// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.layers.internal.IpText;
import io.plywire.transport.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Where a proxy is asked to connect to.
 *
 * @param host a name in ASCII, or an IP address without a zone
 * @param port from 1 to 65535
 */
record Target(String host, int port) {
  /**
   * Takes it from what the application wants to talk to.
   *
   * @throws IllegalArgumentException if a proxy could not connect to that
   */
  static Target of(Endpoint endpoint) {
    String host = endpoint.host();
    if (endpoint.port() <= 0) {
      throw new IllegalArgumentException(endpoint + " has no port that a proxy could connect to");
    }
    // Other schemes than ws allow anything for a name.
    if (IpText.parse(host) == null && !host.matches("[A-Za-z0-9._-]+")) {
      throw new IllegalArgumentException(endpoint + " has no host that a proxy could look up");
    }
    return new Target(host, endpoint.port());
  }

  /** Returns the bytes of the address, if it is one. */
  byte @Nullable [] address() {
    return IpText.parse(host);
  }

  /** Returns the form of RFC 9112, section 3.2.3. */
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
