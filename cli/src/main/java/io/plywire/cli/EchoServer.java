// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.stream.CompletionToken;
import io.plywire.transport.Endpoint;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.ShutdownReport;
import io.plywire.websocket.WebSocketServer;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A server that echoes. */
final class EchoServer {
  private final int maxMessageBytes;
  private @Nullable WebSocketServer server;

  /**
   * Makes a server.
   *
   * @param maxMessageBytes the longest message, 0 for no limit
   */
  EchoServer(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes == 0 ? Integer.MAX_VALUE - 8 : maxMessageBytes;
  }

  /** Listens and returns where, with the real port. */
  Endpoint listen(WebSocketServer.Builder builder, Endpoint endpoint) throws IOException {
    WebSocketServer listening =
        builder.listen(
            endpoint.toString(),
            (webSocket, request) -> new EchoConnection(webSocket, maxMessageBytes).start());
    server = listening;
    return listening.endpoint();
  }

  /** Returns how many connections are open. */
  int connections() {
    return server == null ? 0 : server.connections().size();
  }

  /** Returns how many connections never became a WebSocket. */
  long failedOpenings() {
    return server == null ? 0 : server.failedOpenings();
  }

  /**
   * Stops listening and closes all connections.
   *
   * @param reason what to tell the peers
   * @param patience how long to wait for their answers
   */
  ShutdownReport stop(CloseReason reason, Duration patience) throws IOException {
    return server == null
        ? new ShutdownReport(0, 0, 0)
        : server.asyncShutdown(reason, Duration.ZERO, patience, CompletionToken.useBlocking());
  }
}
