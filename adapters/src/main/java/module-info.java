// SPDX-License-Identifier: Apache-2.0

/** Other faces of a WebSocket, for programs that are written to them. */
module io.plywire.adapters {
  exports io.plywire.adapters.flow;
  exports io.plywire.adapters.jdk;
  exports io.plywire.adapters.listener;

  requires transitive io.plywire;
  requires transitive java.net.http;
  requires static org.jspecify;
}
