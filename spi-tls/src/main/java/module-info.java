// SPDX-License-Identifier: Apache-2.0

/** TLS as a layer over any stream, with the engine of your choice. */
@SuppressWarnings("requires-automatic") // Conscrypt has a name but no descriptor
module io.plywire.tls {
  exports io.plywire.tls;

  requires transitive io.plywire;
  requires static org.jspecify;
  requires org.slf4j;

  // The engines besides the JDK's: touched only when asked for.
  requires static org.bouncycastle.provider;
  requires static org.bouncycastle.tls;
  requires static org.conscrypt;

  provides io.plywire.spi.LayerProvider with
      io.plywire.tls.TlsLayer;
}
