// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.stream.OperationPendingException;
import io.plywire.transport.Endpoint;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A server that echoes, and that knows its connections, so that it can end them in order. */
final class EchoServer {
  private final Set<EchoConnection> connections = ConcurrentHashMap.newKeySet();
  private final int maxMessageBytes;
  private @Nullable WebSocketServer server;
  private volatile @Nullable CloseReason goodbye;

  /**
   * How a server ended.
   *
   * @param connections how many it had when it was told to stop
   * @param inOrder how many of them ended in order
   * @param failedOpenings how many others never became a WebSocket, since it began
   */
  record Stopped(int connections, int inOrder, long failedOpenings) {}

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
        builder.listen(endpoint.toString(), (webSocket, request) -> opened(webSocket));
    server = listening;
    return listening.endpoint();
  }

  private void opened(WebSocketStream webSocket) {
    EchoConnection connection = new EchoConnection(webSocket, maxMessageBytes, connections::remove);
    connections.add(connection);
    connection.start();
    CloseReason reason = goodbye;
    if (reason != null) { // it opened while we were stopping
      close(webSocket, reason, outcome -> {});
    }
  }

  /** Returns how many connections are open. */
  int connections() {
    return connections.size();
  }

  /**
   * Stops listening and closes all connections.
   *
   * @param reason what to tell the peers
   * @param patience how long to wait for their answers
   */
  Stopped stop(CloseReason reason, Duration patience) throws InterruptedException {
    goodbye = reason;
    if (server != null) {
      server.close();
    }
    List<EchoConnection> open = List.copyOf(connections);
    AtomicInteger inOrder = new AtomicInteger();
    CountDownLatch left = new CountDownLatch(open.size());
    for (EchoConnection connection : open) {
      close(
          connection.webSocket(),
          reason,
          outcome -> {
            if (outcome != null && outcome.handshakeComplete()) {
              inOrder.incrementAndGet();
            }
            left.countDown();
          });
    }
    if (!left.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      open.forEach(connection -> connection.webSocket().abort());
    }
    return new Stopped(open.size(), inOrder.get(), server == null ? 0 : server.failedOpenings());
  }

  private static void close(
      WebSocketStream webSocket, CloseReason reason, Consumer<@Nullable CloseOutcome> then) {
    try {
      webSocket.asyncClose(reason, (error, outcome) -> then.accept(outcome));
    } catch (OperationPendingException e) {
      then.accept(null); // it opened at this very moment, and is being closed
    }
  }
}
