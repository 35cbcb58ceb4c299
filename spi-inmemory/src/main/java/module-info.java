// SPDX-License-Identifier: Apache-2.0

/**
 * Connected streams in memory, a manual executor and a virtual clock, as a transport for plywire.
 */
module io.plywire.inmemory {
  exports io.plywire.inmemory;

  requires transitive io.plywire;

  provides io.plywire.spi.TransportProvider with
      io.plywire.inmemory.InMemoryTransport;
}
