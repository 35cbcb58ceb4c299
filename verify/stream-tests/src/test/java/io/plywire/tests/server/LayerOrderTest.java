// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.server;

import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.spi.Availability;
import io.plywire.spi.LayerProvider;
import io.plywire.spi.ProviderException;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Completions;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Layers stand on each other in the order they were given, for clients and servers. */
class LayerOrderTest {
  /** A layer that says on top of what it was put. */
  private record Named(String layer, List<String> log, boolean fails) implements LayerProvider {
    @Override
    public String name() {
      return layer;
    }

    @Override
    public int spiVersion() {
      return 1;
    }

    @Override
    public Availability availability() {
      return Availability.yes("for a test");
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
      log.add(role + " " + layer + " on " + (next instanceof Layer below ? below.name : "-"));
      if (fails) {
        next.close();
        Completions.later(
            handler, next.executor(), new StreamException(StreamError.IO, "it fails"), null);
      } else {
        Completions.later(handler, next.executor(), null, new Layer(next, layer));
      }
    }
  }

  private static final class Layer extends ForwardingStream {
    private final String name;

    Layer(AsyncStream next, String name) {
      super(next);
      this.name = name;
    }
  }

  @Test
  void theFirstStandsOnTheTransport() throws Exception {
    List<String> log = new ArrayList<>();
    Named one = new Named("one", log, false);
    Named two = new Named("two", log, false);
    try (ServerHarness h = new ServerHarness(b -> b.layer(one).layer("tls").layer(two))) {
      WebSocketClient client =
          WebSocketClient.builder().transport(h.transport).layer(two).layer(one).build();
      CompletableFuture<WebSocketStream> connected =
          client.asyncConnect(ServerHarness.URI, useFuture());
      h.run();
      h.clients.add(connected.join());
      assertThat(log)
          .containsExactlyInAnyOrder(
              "SERVER one on -", "SERVER two on one", "CLIENT two on -", "CLIENT one on two");
    }
  }

  @Test
  void oneThatFailsEndsTheConnection() throws Exception {
    List<String> log = new ArrayList<>();
    try (ServerHarness h =
        new ServerHarness(
            b -> b.layer(new Named("bad", log, true)).layer(new Named("next", log, false)))) {
      assertThat(h.connect(ServerHarness.URI)).isCompletedExceptionally();
      assertThat(log).containsExactly("SERVER bad on -");
      assertThat(h.failures).singleElement().asString().contains("it fails");
    }
  }

  @Test
  void oneThatIsMissingIsMissedAtOnce() {
    assertThatThrownBy(() -> new ServerHarness(b -> b.layer("no-such-layer")))
        .isInstanceOf(ProviderException.class)
        .hasMessageContaining("no-such-layer");
  }
}
