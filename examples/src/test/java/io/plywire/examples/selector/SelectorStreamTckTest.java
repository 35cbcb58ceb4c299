// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.selector;

import io.plywire.spi.ExecutorAdapter;
import io.plywire.spi.Trait;
import io.plywire.tck.StreamPair;
import io.plywire.tck.TckEnvironment;
import io.plywire.tck.TckSubject;
import io.plywire.tck.TransportTck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

class SelectorStreamTckTest extends TransportTck {
  private static final Executor THREADS =
      Executors.newFixedThreadPool(
          2,
          body -> {
            Thread thread = new Thread(body, "selector-streams");
            thread.setDaemon(true);
            return thread;
          });
  private static final ExecutorAdapter CLIENTS = new ExecutorAdapter(THREADS);
  private static final ExecutorAdapter SERVERS = new ExecutorAdapter(THREADS);

  private static final class Subject implements TckSubject {
    private final Poller poller;

    Subject() throws IOException {
      poller = new Poller();
    }

    @Override
    public String name() {
      return "selector";
    }

    @Override
    public StreamPair open() throws IOException {
      return open(false);
    }

    @Override
    public StreamPair openForReset() throws IOException {
      return open(true);
    }

    private StreamPair open(boolean resets) throws IOException {
      try (ServerSocketChannel listener = ServerSocketChannel.open()) {
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketChannel client = SocketChannel.open(listener.getLocalAddress());
        SocketChannel server = listener.accept();
        if (resets) {
          client.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        for (SocketChannel each : new SocketChannel[] {client, server}) {
          each.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        return new StreamPair(
            new SelectorStream(client, poller, CLIENTS),
            new SelectorStream(server, poller, SERVERS));
      }
    }

    @Override
    public Set<Trait> traits() {
      return Set.of(
          Trait.TOTAL_CANCELLATION, Trait.PARTIAL_CANCELLATION, Trait.READINESS, Trait.HALF_CLOSE);
    }
  }

  @Override
  public TckSubject subject() {
    try {
      return new Subject();
    } catch (IOException e) {
      throw new IllegalStateException("the system refuses a selector", e);
    }
  }

  @Override
  public TckEnvironment environment() {
    return TckEnvironment.quick();
  }
}
