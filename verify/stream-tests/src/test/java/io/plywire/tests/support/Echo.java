// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Sends every message back, in the style of handlers, and keeps how each connection ended. */
public final class Echo implements WebSocketServer.ConnectionHandler {
  /** One connection. */
  public static final class Connection {
    public final WebSocketStream stream;
    public final UpgradeRequest request;

    /** Done with the error that ended it. */
    public final CompletableFuture<IOException> ended = new CompletableFuture<>();

    private final MessageBuffer message = new MessageBuffer(0);

    private Connection(WebSocketStream stream, UpgradeRequest request) {
      this.stream = stream;
      this.request = request;
    }

    private void read() {
      message.clear();
      stream.asyncRead(
          message,
          (error, bytes) -> {
            if (error != null) {
              ended.complete(error);
              return;
            }
            stream.writeKind(stream.receivedKind());
            stream.asyncWriteSome(
                true,
                message.data(),
                (failure, written) -> {
                  if (failure != null) {
                    ended.complete(failure);
                  } else {
                    read();
                  }
                });
          });
    }
  }

  private final Queue<Connection> connections = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Connection> first = new CompletableFuture<>();

  @Override
  public void opened(WebSocketStream stream, UpgradeRequest request) {
    Connection connection = new Connection(stream, request);
    connections.add(connection);
    first.complete(connection);
    connection.read();
  }

  /** Returns the connections so far. */
  public Queue<Connection> connections() {
    return connections;
  }

  /** Waits for the first connection. */
  public Connection first() {
    return Network.get(first);
  }
}
