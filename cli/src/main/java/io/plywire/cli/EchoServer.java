// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.websocket.WebSocketServer;
import java.io.IOException;

/** A server that echoes. */
final class EchoServer {
  private EchoServer() {}

  /**
   * Listens.
   *
   * @param builder how
   * @param uri where
   * @param maxMessageBytes the longest message, 0 for no limit
   */
  static WebSocketServer listen(WebSocketServer.Builder builder, String uri, int maxMessageBytes)
      throws IOException {
    int most = maxMessageBytes == 0 ? Integer.MAX_VALUE - 8 : maxMessageBytes;
    return builder.listen(uri, (webSocket, request) -> new EchoConnection(webSocket, most).start());
  }
}
