// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.layers.Ground;
import io.plywire.layers.QuickLayerTck;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Handler;
import io.plywire.stream.Initiation;
import io.plywire.stream.Role;
import io.plywire.tck.LayerSubject;
import io.plywire.tck.StreamPair;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;

/** The layers keep every rule of the test kit; a script plays the proxy. */
class TunnelTckTest {
  private record Subject(Ground ground, Script script) implements LayerSubject {
    @Override
    public String name() {
      return script + " over " + ground;
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

    @SuppressWarnings("unchecked") // a handler takes what it is given
    private void begin(AsyncStream next, Role role, Handler<? super AsyncStream> handler) {
      if (role == Role.CLIENT) {
        script.ask(next, (Handler<AsyncStream>) handler);
      } else {
        script.answer(next, handler);
      }
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
      return script.layer().traits();
    }
  }

  private abstract static class Layer extends QuickLayerTck {
    Layer(Ground ground, Script script) {
      // Some bytes can be changed unnoticed, and then somebody waits in vain.
      super(new Subject(ground, script.within(Duration.ofSeconds(3))));
    }
  }

  @Nested
  class ConnectOverSockets extends Layer {
    ConnectOverSockets() {
      super(Ground.SOCKETS, Script.PLAIN);
    }
  }

  @Nested
  class ConnectOverMemory extends Layer {
    ConnectOverMemory() {
      super(Ground.MEMORY, Script.CHALLENGED);
    }
  }

  @Nested
  class Socks5OverSockets extends Layer {
    Socks5OverSockets() {
      super(Ground.SOCKETS, Script.SOCKS5);
    }
  }

  @Nested
  class Socks5OverMemory extends Layer {
    Socks5OverMemory() {
      super(Ground.MEMORY, Script.SOCKS5_OF_ALICE);
    }
  }

  @Nested
  class Socks4aOverSockets extends Layer {
    Socks4aOverSockets() {
      super(Ground.SOCKETS, Script.SOCKS4A);
    }
  }
}
