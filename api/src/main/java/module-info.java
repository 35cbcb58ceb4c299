// SPDX-License-Identifier: Apache-2.0

/**
 * The WebSocket stream, the asynchronous contract of the layers below it, and the SPI through which
 * transports are found.
 *
 * <p>By audience: applications use {@code io.plywire.websocket}, {@code
 * io.plywire.websocket.deflate} and {@code io.plywire.transport} where they set something, {@code
 * io.plywire.websocket.reconnect} to stay connected, and {@code io.plywire.websocket.observe} to
 * see what goes on; {@code io.plywire.stream} is the vocabulary that everyone shares; {@code
 * io.plywire.spi} is for authors of transports and layers.
 */
module io.plywire {
  exports io.plywire.spi;
  exports io.plywire.stream;
  exports io.plywire.transport;
  exports io.plywire.websocket;
  exports io.plywire.websocket.deflate;
  exports io.plywire.websocket.observe;
  exports io.plywire.websocket.reconnect;

  requires org.slf4j;
  requires static transitive org.jspecify;
  requires static jdk.jfr; // records what happens, where it is there

  uses io.plywire.spi.LayerProvider;
  uses io.plywire.spi.TransportProvider;
}
