// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples;

import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;

/** Sends every message back as it came. Start with a URI, such as ws://localhost:8080/. */
public final class EchoServer {
  private EchoServer() {}

  // README: echo server
  static WebSocketServer serve(String uri) throws IOException {
    return WebSocketServer.listen(uri, (ws, request) -> echo(ws));
  }

  static void echo(WebSocketStream ws) {
    ws.asyncRead(
        (error, message) -> {
          if (message == null) {
            return; // closed, or broken off: the stream has ended either way
          }
          ws.asyncWrite(message, (failure, bytes) -> echo(ws));
        });
  }

  // README: end

  /**
   * Serves until it is killed.
   *
   * @param args the URI to listen on
   * @throws Exception if it cannot listen
   */
  public static void main(String[] args) throws Exception {
    WebSocketServer server = serve(args[0]);
    System.out.println("listening on " + server.endpoint());
    server.awaitClosed();
  }
}
