// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Handler;
import io.plywire.stream.Initiation;
import io.plywire.stream.Role;
import io.plywire.tck.LayerSubject;
import io.plywire.tck.StreamPair;
import io.plywire.transport.TransportOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;

/** The layer keeps every rule of the test kit, in both roles, by both versions. */
class ProxyProtocolTckTest {
  private static final ProxyHeader HEADER =
      ProxyHeader.of(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711),
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 443));

  private static TransportOptions options(ProxyHeader header) {
    return TransportOptions.defaults()
        .with(ProxyOptions.TRUSTED, TrustedPeers.everybody())
        .with(ProxyOptions.HEADER, header)
        .with(ProxyOptions.TIMEOUT, Duration.ofSeconds(3)); // some bytes can be changed unnoticed
  }

  private record Subject(Ground ground, ProxyHeader header) implements LayerSubject {
    @Override
    public String name() {
      return "proxy-protocol " + header + " over " + ground;
    }

    @Override
    public StreamPair openBelow() throws Exception {
      return ground.connect();
    }

    @Override
    public StreamPair openForReset() throws Exception {
      return wrap(ground.connectForReset());
    }

    @Override
    public StreamPair wrap(StreamPair below) throws Exception {
      CompletableFuture<AsyncStream> server = start(below.server(), Role.SERVER);
      CompletableFuture<AsyncStream> client = start(below.client(), Role.CLIENT);
      return new StreamPair(client.get(30, TimeUnit.SECONDS), server.get(30, TimeUnit.SECONDS));
    }

    private CompletableFuture<AsyncStream> start(AsyncStream next, Role role) {
      return CompletionToken.<AsyncStream>useFuture()
          .initiate(Initiation.of(next.executor(), handler -> begin(next, role, handler)));
    }

    private void begin(AsyncStream next, Role role, Handler<? super AsyncStream> handler) {
      new Mutual(next, role, options(header), handler).initiate();
    }

    @Override
    public @Nullable Wrapping wrapping(@Nullable Executor tasks) {
      return tasks == null ? this::begin : null;
    }

    @Override
    public boolean secured() {
      return false;
    }

    @Override
    public Set<Trait> traits() {
      return new ProxyProtocol().traits();
    }
  }

  private abstract static class Layer extends QuickLayerTck {
    Layer(Ground ground, ProxyHeader header) {
      super(new Subject(ground, header));
    }
  }

  @Nested
  class Version1OverSockets extends Layer {
    Version1OverSockets() {
      super(Ground.SOCKETS, HEADER.asVersion1());
    }
  }

  @Nested
  class Version2OverSockets extends Layer {
    Version2OverSockets() {
      super(Ground.SOCKETS, HEADER.withChecksum());
    }
  }

  @Nested
  class Version1OverMemory extends Layer {
    Version1OverMemory() {
      super(Ground.MEMORY, HEADER.asVersion1());
    }
  }

  @Nested
  class Version2OverMemory extends Layer {
    Version2OverMemory() {
      super(Ground.MEMORY, HEADER.withChecksum());
    }
  }
}
