// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.handshake;

import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryRegistry;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.tests.support.Harness;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A server counts the connections that never became a WebSocket, and tells whoever listens. */
class FailedOpeningsTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final InMemoryTransport transport =
      new InMemoryTransport(executor, new InMemoryRegistry());
  private final Endpoint endpoint = Endpoint.parse("ws+memory://server/");
  private final List<IOException> heard = new ArrayList<>();

  private WebSocketServer listen(boolean listenerThrows) throws IOException {
    return WebSocketServer.builder()
        .transport(transport)
        .options(Harness.quiet().withOriginPolicy(request -> false))
        .onFailedOpening(
            error -> {
              heard.add(error);
              if (listenerThrows) {
                throw new IllegalStateException("thrown by a test");
              }
            })
        .listen(endpoint.toString(), (stream, request) -> {});
  }

  private void refused() {
    WebSocketClient client =
        WebSocketClient.builder().transport(transport).options(WebSocketOptions.defaults()).build();
    assertThat(client.asyncConnect(endpoint, useFuture())).isNotNull();
    executor.runUntilIdle();
  }

  @Test
  void refusalsAndClientsThatLeaveAreCountedAndHeard() throws IOException {
    try (WebSocketServer server = listen(false)) {
      assertThat(server.failedOpenings()).isZero();
      refused();
      assertThat(server.failedOpenings()).isEqualTo(1);
      CompletableFuture<AsyncStream> silent =
          transport.asyncConnect(endpoint, TransportOptions.defaults(), useFuture());
      executor.runUntilIdle();
      silent.join().close();
      executor.runUntilIdle();
      assertThat(server.failedOpenings()).isEqualTo(2);
      assertThat(heard)
          .extracting(error -> ((OperationException) error).condition())
          .containsExactly(ErrorCondition.HANDSHAKE_FAILED, ErrorCondition.CLOSED);
    }
  }

  @Test
  void listenerThatThrowsHarmsNobody() throws IOException {
    try (WebSocketServer server = listen(true)) {
      refused();
      refused();
      assertThat(server.failedOpenings()).isEqualTo(2);
      assertThat(heard).hasSize(2);
      assertThat(server.isOpen()).isTrue();
    }
  }
}
