// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.handshake;

import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.InMemoryRegistry;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.spi.Availability;
import io.plywire.spi.Discovery;
import io.plywire.spi.LayerProvider;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A layer that throws instead of completing leaves nobody waiting, and nothing open. */
class ThrowingLayerTest {
  /** Fails on one side, at once or by its stream, and puts nothing on top on the other. */
  private record Throwing(Role side, boolean byItsStream) implements LayerProvider {
    @Override
    public String layer() {
      return "tls";
    }

    @Override
    public String name() {
      return "throwing";
    }

    @Override
    public int spiVersion() {
      return 1;
    }

    @Override
    public Availability availability() {
      return Availability.yes("a test");
    }

    @Override
    public Set<Trait> traits() {
      return Set.of();
    }

    @Override
    public void asyncWrap(
        AsyncStream next,
        Role role,
        Endpoint endpoint,
        TransportOptions options,
        Handler<AsyncStream> handler) {
      if (role == side && !byItsStream) {
        throw new IllegalStateException("thrown by a test");
      }
      AsyncStream wrapped = role == side ? new Broken(next) : next;
      next.executor().execute(() -> handler.completed(null, wrapped));
    }
  }

  private static final class Broken extends ForwardingStream {
    Broken(AsyncStream next) {
      super(next);
    }

    @Override
    public StreamExecutor executor() {
      throw new IllegalStateException("thrown by a test");
    }
  }

  private final ManualExecutor executor = new ManualExecutor();
  private final InMemoryTransport transport =
      new InMemoryTransport(executor, new InMemoryRegistry());
  private final Endpoint endpoint = Endpoint.parse("wss+memory://layers/");

  private CompletableFuture<WebSocketStream> connect(Role throwing) throws IOException {
    return connect(new Throwing(throwing, false));
  }

  private CompletableFuture<WebSocketStream> connect(Throwing layer) throws IOException {
    Discovery found = Discovery.of(transport, layer);
    try (WebSocketServer server =
        WebSocketServer.builder()
            .discovery(found)
            .transport(transport)
            .listen(endpoint.toString(), (stream, request) -> {})) {
      WebSocketClient client =
          WebSocketClient.builder().discovery(found).transport(transport).build();
      CompletableFuture<WebSocketStream> connected = client.asyncConnect(endpoint, useFuture());
      executor.runUntilIdle();
      assertThat(server.isOpen()).as("it takes the next one").isTrue();
      assertThat(server.failedOpenings()).isEqualTo(1);
      return connected;
    }
  }

  @Test
  void ofTheClientFailsTheConnect() throws IOException {
    assertThatThrownBy(connect(Role.CLIENT)::join)
        .hasCauseInstanceOf(StreamException.class)
        .hasMessageContaining("throwing broke off")
        .hasMessageContaining("thrown by a test");
  }

  @Test
  void whoseStreamThrowsFailsTheConnect() throws IOException {
    assertThatThrownBy(connect(new Throwing(Role.CLIENT, true))::join)
        .hasCauseInstanceOf(StreamException.class)
        .hasMessageContaining("the opening handshake broke off")
        .hasMessageContaining("thrown by a test");
  }

  @Test
  void ofTheServerEndsTheConnection() throws IOException {
    CompletableFuture<WebSocketStream> connected = connect(Role.SERVER);

    assertThat(connected).isCompletedExceptionally();
  }
}
