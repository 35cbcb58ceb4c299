// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.flow;

import io.plywire.inmemory.InMemoryTransport;
import io.plywire.stream.CompletionToken;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Connections in memory for the verification, whose servers do what they are told. */
final class Connections implements AutoCloseable {
  private static final InMemoryTransport TRANSPORT = new InMemoryTransport();
  private static final WebSocketClient CLIENT =
      WebSocketClient.builder().transport(TRANSPORT).build();

  private static final AtomicLong NUMBER = new AtomicLong();

  private final List<WebSocketStream> streams = new ArrayList<>();

  /** Connects a client to a server that an application serves. */
  WebSocketStream to(WebSocketServer.ConnectionHandler application) {
    try {
      CompletableFuture<WebSocketStream> accepted = new CompletableFuture<>();
      WebSocketServer server =
          WebSocketServer.builder()
              .transport(TRANSPORT)
              .listen(
                  "ws+memory://flow-" + NUMBER.incrementAndGet() + "/",
                  (stream, request) -> {
                    accepted.complete(stream);
                    application.opened(stream, request);
                  });
      WebSocketStream client =
          CLIENT.asyncConnect(server.endpoint(), CompletionToken.useBlocking());
      server.close();
      streams.add(client);
      streams.add(accepted.join());
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects to a server that sends so many messages and closes then. */
  WebSocketStream toSender(long messages) {
    return to((stream, request) -> send(stream, messages));
  }

  private static void send(WebSocketStream stream, long left) {
    if (left == 0) {
      stream.close();
    } else {
      stream.asyncWrite(
          "message, " + left + " left",
          (error, bytes) -> {
            if (error == null) {
              send(stream, left - 1);
            }
          });
    }
  }

  /** Connects to a server that reads whatever comes. */
  WebSocketStream toReader() {
    return to((stream, request) -> read(stream));
  }

  private static void read(WebSocketStream stream) {
    stream.asyncRead(
        (error, message) -> {
          if (error == null) {
            read(stream);
          }
        });
  }

  @Override
  public void close() {
    streams.forEach(WebSocketStream::abort);
    streams.clear();
  }
}
