// SPDX-License-Identifier: Apache-2.0

/** TLS as a layer over any stream, with the engine of your choice. */
module io.plywire.tls {
  exports io.plywire.tls;

  requires transitive io.plywire;
  requires static org.jspecify;
  requires org.slf4j;
}
