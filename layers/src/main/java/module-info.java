// SPDX-License-Identifier: Apache-2.0

/** Layers for servers in real deployments, and proxies for clients, over any stream. */
module io.plywire.layers {
  exports io.plywire.layers;
  exports io.plywire.proxy;

  requires transitive io.plywire;
  requires static org.jspecify;

  provides io.plywire.spi.LayerProvider with
      io.plywire.layers.ProxyProtocol,
      io.plywire.layers.RateLimit,
      io.plywire.proxy.HttpConnect,
      io.plywire.proxy.Socks4a,
      io.plywire.proxy.Socks5;
}
