// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers;

import io.plywire.websocket.Message;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketServer.ConnectionHandler;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** An application that echoes, and keeps by target what it was given and how that has ended. */
final class Guests implements ConnectionHandler {
  private final Map<String, CompletableFuture<WebSocketStream>> opened = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<IOException>> ended = new ConcurrentHashMap<>();

  @Override
  public void opened(WebSocketStream webSocket, UpgradeRequest request) {
    read(webSocket, end(request.target()));
    webSocket(request.target()).complete(webSocket);
  }

  private static void read(WebSocketStream webSocket, CompletableFuture<IOException> end) {
    webSocket.asyncRead(
        (error, message) -> {
          if (error != null) {
            end.complete(error);
          } else {
            write(webSocket, message, end);
          }
        });
  }

  private static void write(
      WebSocketStream webSocket, Message message, CompletableFuture<IOException> end) {
    webSocket.asyncWrite(message, (error, n) -> read(webSocket, end));
  }

  /** Returns who asked for that. */
  CompletableFuture<WebSocketStream> webSocket(String target) {
    return opened.computeIfAbsent(target, t -> new CompletableFuture<>());
  }

  /** Returns what its last read says. */
  CompletableFuture<IOException> end(String target) {
    return ended.computeIfAbsent(target, t -> new CompletableFuture<>());
  }
}
