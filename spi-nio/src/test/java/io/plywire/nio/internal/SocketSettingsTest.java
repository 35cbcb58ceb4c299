// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.nio.NioOptions;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.net.StandardSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SocketSettingsTest {
  private static final TransportOptions DEFAULTS = TransportOptions.defaults();

  @Test
  void socketsOfBothSidesGetTheOptions() throws Exception {
    TransportOptions options =
        DEFAULTS
            .with(StandardSocketOptions.TCP_NODELAY, false)
            .with(StandardSocketOptions.SO_KEEPALIVE, true)
            .with(StandardSocketOptions.SO_REUSEADDR, true)
            .with(StandardSocketOptions.SO_RCVBUF, 20_000)
            .with(StandardSocketOptions.SO_SNDBUF, 20_000)
            .with(StandardSocketOptions.SO_LINGER, 3)
            .with(NioOptions.BACKLOG, 7);
    try (Rig rig = new Rig(1);
        Rig.Pair pair = rig.pair(Wire.TCP, options)) {
      for (NioStream stream : new NioStream[] {pair.client(), pair.server()}) {
        var channel = stream.channel();
        assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
        assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
        assertThat(channel.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(3);
        assertThat(channel.getOption(StandardSocketOptions.SO_RCVBUF)).isBetween(20_000, 60_000);
        assertThat(channel.getOption(StandardSocketOptions.SO_SNDBUF)).isBetween(20_000, 60_000);
      }
    }
  }

  @Test
  void nagleIsOffUnlessAskedFor() throws Exception {
    try (Rig rig = new Rig(1);
        Rig.Pair pair = rig.pair(Wire.TCP)) {
      assertThat(pair.client().channel().getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
      assertThat(pair.server().channel().getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
      assertThat(pair.client().coalesceBytes()).isEqualTo(8192);
    }
  }

  @Test
  void unixSocketsGetTheOptions() throws Exception {
    TransportOptions options =
        DEFAULTS
            .with(StandardSocketOptions.SO_SNDBUF, 20_000)
            .with(NioOptions.BACKLOG, 5)
            .with(NioOptions.COALESCE_BYTES, 100);
    try (Rig rig = new Rig(1);
        Rig.Pair pair = rig.pair(Wire.UNIX, options)) {
      assertThat(pair.client().channel().getOption(StandardSocketOptions.SO_SNDBUF))
          .isBetween(20_000, 60_000);
      assertThat(pair.server().coalesceBytes()).isEqualTo(100);
    }
  }

  @Test
  void unknownOptionIsNamedAndTheSupportedOnesAreListed() throws Exception {
    try (Rig rig = new Rig(1)) {
      TransportOptions multicast = DEFAULTS.with(StandardSocketOptions.IP_MULTICAST_TTL, 1);
      for (Endpoint endpoint :
          new Endpoint[] {Endpoint.parse("ws://127.0.0.1:1"), Wire.unix(Wire.freshPath())}) {
        assertThatThrownBy(() -> rig.connect(endpoint, multicast))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("IP_MULTICAST_TTL")
            .hasMessageContaining("SO_SNDBUF")
            .hasMessageContaining("COALESCE_BYTES");
        assertThatThrownBy(() -> rig.listen(endpoint, multicast))
            .isInstanceOf(IllegalArgumentException.class);
      }
      TransportOptions tcpOnly = DEFAULTS.with(StandardSocketOptions.TCP_NODELAY, true);
      assertThatThrownBy(() -> rig.connect(Wire.unix(Wire.freshPath()), tcpOnly))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("TCP_NODELAY is not supported for ws+unix");
    }
  }

  @Test
  void impossibleValuesAreRefused() throws Exception {
    try (Rig rig = new Rig(1)) {
      for (TransportOptions options :
          new TransportOptions[] {
            DEFAULTS.with(NioOptions.BACKLOG, 0),
            DEFAULTS.with(NioOptions.COALESCE_BYTES, 0),
            DEFAULTS.with(NioOptions.COALESCE_BYTES, 65_537),
            DEFAULTS.with(StandardSocketOptions.SO_RCVBUF, -1)
          }) {
        assertThatThrownBy(() -> rig.listen(Wire.loopback(), options))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("is not between");
      }
    }
  }

  @Test
  void executorMustBeAnEventLoop() throws Exception {
    try (Rig rig = new Rig(1);
        Acceptor acceptor = rig.listen(Wire.TCP)) {
      StreamExecutor foreign = new ForeignExecutor();
      assertThatThrownBy(
              () -> rig.connect(acceptor.localEndpoint(), DEFAULTS.withExecutor(foreign)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("event loop");
      // a loop of another group is one, too
      try (Rig other = new Rig(1);
          AsyncStream stream =
              rig.connect(acceptor.localEndpoint(), DEFAULTS.withExecutor(other.loop()))
                  .awaitResult()) {
        assertThat(stream.executor()).isSameAs(other.loop());
      }
    }
  }

  private static final class ForeignExecutor implements StreamExecutor {
    @Override
    public void execute(Runnable task) {
      InlineExecutor.instance().execute(task);
    }

    @Override
    public boolean isCurrent() {
      return true;
    }

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public Timer schedule(java.time.Duration delay, Runnable task) {
      return () -> false;
    }

    @Override
    public io.plywire.stream.BufferPool buffers() {
      throw new UnsupportedOperationException();
    }
  }
}
