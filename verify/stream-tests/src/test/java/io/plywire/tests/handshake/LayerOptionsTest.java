// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.handshake;

import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.InMemoryRegistry;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.LayerOption;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.net.SocketOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Options for a layer stand among those for the transport, which refuses what it does not know. */
class LayerOptionsTest {
  private record ForLayer(String name, Class<String> type) implements LayerOption<String> {}

  private record Unknown(String name, Class<String> type) implements SocketOption<String> {}

  private static final LayerOption<String> FOR_LAYER = new ForLayer("FOR_LAYER", String.class);

  private final ManualExecutor executor = new ManualExecutor();
  private final InMemoryTransport transport =
      new InMemoryTransport(executor, new InMemoryRegistry());
  private final Endpoint endpoint = Endpoint.parse("ws+memory://layers/");

  @Test
  void transportsDoNotSeeThem() throws IOException {
    TransportOptions options = TransportOptions.defaults().with(FOR_LAYER, "x");
    List<WebSocketStream> accepted = new ArrayList<>();
    try (WebSocketServer server =
        WebSocketServer.builder()
            .transport(transport)
            .transportOptions(options)
            .listen(endpoint.toString(), (stream, request) -> accepted.add(stream))) {
      WebSocketClient client =
          WebSocketClient.builder().transport(transport).transportOptions(options).build();
      CompletableFuture<WebSocketStream> connected = client.asyncConnect(endpoint, useFuture());
      executor.runUntilIdle();

      assertThat(server.isOpen()).isTrue();
      assertThat(accepted).hasSize(1);
      connected.join().abort();
      accepted.get(0).abort();
      executor.runUntilIdle();
    }
  }

  @Test
  void othersAreStillRefused() {
    TransportOptions options =
        TransportOptions.defaults().with(new Unknown("UNKNOWN", String.class), "x");
    WebSocketClient client =
        WebSocketClient.builder().transport(transport).transportOptions(options).build();

    assertThatThrownBy(() -> client.asyncConnect(endpoint, useFuture()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("UNKNOWN");
  }

  @Test
  void layersSeeEverything() {
    TransportOptions options = TransportOptions.defaults().with(FOR_LAYER, "x");

    assertThat(options.get(FOR_LAYER)).isEqualTo("x");
    assertThat(options.withoutLayers().get(FOR_LAYER)).isNull();
    assertThat(TransportOptions.defaults().withoutLayers()).isSameAs(TransportOptions.defaults());
  }
}
