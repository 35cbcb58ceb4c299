// SPDX-License-Identifier: Apache-2.0

/** Layers for servers in real deployments, over any stream. */
module io.plywire.layers {
  exports io.plywire.layers;

  requires transitive io.plywire;
  requires static org.jspecify;

  provides io.plywire.spi.LayerProvider with
      io.plywire.layers.ProxyProtocol,
      io.plywire.layers.RateLimit;
}
