// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.spi.Availability;
import io.plywire.spi.LayerProvider;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.util.Set;

/**
 * TLS with the proxy itself: what the provider does, but for the name of the proxy and with the
 * proxy's options. It is a kind of its own, so that it is not taken for TLS with the server.
 */
final class ProxyTls implements LayerProvider {
  private final LayerProvider tls;
  private final Endpoint proxy;
  private final TransportOptions own;

  ProxyTls(LayerProvider tls, Endpoint proxy, TransportOptions own) {
    this.tls = tls;
    this.proxy = proxy;
    this.own = own;
  }

  @Override
  public String name() {
    return layer();
  }

  @Override
  public String layer() {
    return "proxy-tls";
  }

  @Override
  public int spiVersion() {
    return tls.spiVersion();
  }

  @Override
  public Availability availability() {
    return tls.availability();
  }

  @Override
  public Set<Trait> traits() {
    return tls.traits();
  }

  @Override
  public void check(Role role, TransportOptions options) {
    tls.check(role, own);
  }

  @Override
  public void asyncWrap(
      AsyncStream next,
      Role role,
      Endpoint endpoint,
      TransportOptions options,
      Handler<AsyncStream> handler) {
    tls.asyncWrap(next, role, proxy, own, handler);
  }

  @Override
  public String toString() {
    return "TLS with the proxy " + proxy.hostField();
  }
}
