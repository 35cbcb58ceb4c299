// SPDX-License-Identifier: Apache-2.0

/**
 * The WebSocket stream, the asynchronous contract of the layers below it, and the SPI through which
 * transports are found.
 */
module io.plywire {
  exports io.plywire.spi;
  exports io.plywire.stream;
  exports io.plywire.websocket;

  requires org.slf4j;
  requires static transitive org.jspecify;

  uses io.plywire.spi.LayerProvider;
  uses io.plywire.spi.TransportProvider;
}
