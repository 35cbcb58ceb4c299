// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.server;

import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioOptions;
import io.plywire.nio.NioTransport;
import io.plywire.spi.Acceptor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.WebSocketServer;
import java.io.IOException;

/** Where a server can listen. */
public final class ListeningPlaces {
  private ListeningPlaces() {}

  static Acceptor onSeveralLoops(NioEventLoopGroup loops) throws IOException {
    Endpoint endpoint = Endpoint.parse("ws://0.0.0.0:8080");
    TransportOptions four = TransportOptions.defaults().with(NioOptions.LISTENERS, 4);
    return new NioTransport(loops).listen(endpoint, four);
  }

  static WebSocketServer onAnInheritedSocket(WebSocketServer.ConnectionHandler application)
      throws IOException {
    return WebSocketServer.builder()
        .with(NioOptions.INHERITED, true)
        .listen("ws://localhost:0", application);
  }
}
