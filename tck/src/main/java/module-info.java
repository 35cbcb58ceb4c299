// SPDX-License-Identifier: Apache-2.0

/**
 * Verifies implementations of plywire's next layer: {@link io.plywire.tck.TransportTck} for JUnit,
 * {@link io.plywire.tck.TckRunner} for what is discovered, {@link io.plywire.tck.TckRun} as a call.
 */
module io.plywire.tck {
  exports io.plywire.tck;

  requires transitive io.plywire;
  requires java.management;
  // Only for TransportTck and LayerTck.
  requires static transitive org.junit.jupiter.api;
  requires static transitive org.jspecify;

  uses io.plywire.spi.LayerProvider;
  uses io.plywire.spi.TransportProvider;
}
