// SPDX-License-Identifier: Apache-2.0

/** TCP and Unix-domain sockets on selector event loops, as a transport for plywire. */
module io.plywire.nio {
  exports io.plywire.nio;

  requires transitive io.plywire;
  requires org.slf4j;
  requires static jdk.jfr; // records turns that take long, where it is there

  provides io.plywire.spi.TransportProvider with
      io.plywire.nio.NioTransport;
}
