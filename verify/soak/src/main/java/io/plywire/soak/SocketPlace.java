// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioOptions;
import io.plywire.nio.NioTransport;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** On sockets: through the relay, or straight over a loopback that is disturbed. */
final class SocketPlace implements Place {
  private static final TransportOptions LISTENING =
      TransportOptions.defaults().with(NioOptions.BACKLOG, 1000);

  private final NioEventLoopGroup group = new NioEventLoopGroup(2);
  private final Servers servers;
  private final @Nullable Relay relay;
  private final @Nullable Netem netem;

  /** Makes one with either a relay or a network to disturb. */
  SocketPlace(@Nullable Netem netem) throws IOException {
    this.netem = netem;
    relay = netem == null ? new Relay() : null;
    NioTransport transport = new NioTransport(group);
    servers =
        new Servers(
            transport,
            transport,
            LISTENING,
            setup -> setup.scheme("ws") + "://" + Setup.HOST + ":0/");
  }

  @Override
  public Fault fault(Random random) {
    if (netem != null) {
      return random.nextInt(8) == 0 ? Fault.ABORT : Fault.NONE;
    }
    Fault fault = Fault.random(random);
    return fault == Fault.FAILURE ? Fault.RESET : fault;
  }

  @Override
  public void open(Talk talk) throws IOException {
    Endpoint endpoint = servers.endpoint(talk.setup());
    if (relay == null) {
      servers.connect(talk, endpoint);
      return;
    }
    Relay.Line line = relay.line(endpoint.port(), talk);
    talk.faultIs(() -> false, line::end);
    servers.connect(talk, endpoint.withPort(line.port()));
  }

  @Override
  public String disturb(Random random) {
    return netem == null ? "relay" : netem.disturb(random);
  }

  @Override
  public boolean silences() {
    return netem != null;
  }

  @Override
  public List<? extends StreamExecutor> executors() {
    return group.loops();
  }

  @Override
  public void calm() {
    servers.forget();
    if (netem != null) {
      netem.calm();
    }
  }

  @Override
  public void close() {
    servers.close();
    if (relay != null) {
      relay.close();
    }
    group.close();
    try {
      if (!group.awaitTermination(Duration.ofSeconds(20))) {
        throw new IllegalStateException("the loops do not end");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
