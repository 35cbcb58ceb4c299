// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.server;

import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryRegistry;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.tests.support.Harness;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketServer.ConnectionHandler;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A server in memory on a manual executor, and its clients. */
final class ServerHarness implements AutoCloseable, ConnectionHandler {
  static final String URI = "ws+memory://server/";

  final ManualExecutor executor = new ManualExecutor();
  final InMemoryTransport transport = new InMemoryTransport(executor, new InMemoryRegistry());
  final List<WebSocketStream> opened = new ArrayList<>();
  final List<WebSocketStream> clients = new ArrayList<>();
  final List<IOException> failures = new ArrayList<>();
  final WebSocketServer server;
  private final WebSocketClient client =
      WebSocketClient.builder().transport(transport).options(Harness.quiet()).build();

  ServerHarness(UnaryOperator<WebSocketServer.Builder> choices) throws IOException {
    this(Harness.quiet(), choices);
  }

  ServerHarness(WebSocketOptions options, UnaryOperator<WebSocketServer.Builder> choices)
      throws IOException {
    server =
        choices
            .apply(
                WebSocketServer.builder()
                    .transport(transport)
                    .options(options)
                    .onFailedOpening(failures::add))
            .listen(URI, this);
  }

  @Override
  public void opened(WebSocketStream stream, UpgradeRequest request) {
    opened.add(stream);
  }

  void run() {
    executor.runUntilIdle(1_000_000);
  }

  /** Begins to connect. */
  CompletableFuture<WebSocketStream> start(String uri) {
    CompletableFuture<WebSocketStream> connected = client.asyncConnect(uri, useFuture());
    connected.thenAccept(clients::add);
    return connected;
  }

  /** Connects as far as that goes by itself. */
  CompletableFuture<WebSocketStream> connect(String uri) {
    CompletableFuture<WebSocketStream> connected = start(uri);
    run();
    return connected;
  }

  WebSocketStream open() {
    return connect(URI).join();
  }

  @Override
  public void close() {
    server.close();
    clients.forEach(WebSocketStream::abort);
    run();
    opened.forEach(WebSocketStream::abort);
    run();
    assertThat(server.connectionCount()).as("connections left").isZero();
    assertThat(executor.pendingTimers()).as("timers left").isZero();
    assertThat(executor.buffers().outstanding()).as("buffers not returned").isZero();
  }
}
