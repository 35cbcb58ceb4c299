// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.wire;

import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.tck.LayerSubject;
import io.plywire.tck.LayerTck;
import io.plywire.tck.StreamPair;
import io.plywire.tck.TckEnvironment;
import io.plywire.tests.tls.Cell;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Nested;

/** The log, and the tap in it, keep every rule for layers. There is no handshake. */
class WireLogTckTest {
  private abstract static class Layer extends LayerTck implements LayerSubject {
    private final Cell.Base base;
    private Cell.Ground ground;

    Layer(Cell.Base base) {
      this.base = base;
    }

    @Override
    public LayerSubject subject() {
      return this;
    }

    @Override
    public TckEnvironment environment() {
      return TckEnvironment.quick();
    }

    @Override
    public String name() {
      return "wire log over " + base;
    }

    /** The loops are daemons and end with the tests. */
    private synchronized StreamPair connect(TransportOptions options) throws IOException {
      if (ground == null) {
        ground = new Cell.Ground(base);
      }
      AsyncStream[] ends = ground.connect(options);
      return new StreamPair(ends[0], ends[1]);
    }

    @Override
    public StreamPair openBelow() throws IOException {
      return connect(TransportOptions.defaults());
    }

    @Override
    public StreamPair openForReset() throws IOException {
      return wrap(connect(TransportOptions.defaults().with(StandardSocketOptions.SO_LINGER, 0)));
    }

    @Override
    public StreamPair wrap(StreamPair below) {
      return new StreamPair(
          WireLog.over(below.client(), line -> {}), WireLog.over(below.server(), line -> {}));
    }

    @Override
    public boolean secured() {
      return false;
    }

    @Override
    public Set<Trait> traits() {
      return EnumSet.complementOf(EnumSet.of(Trait.LISTEN));
    }
  }

  @Nested
  class OverSockets extends Layer {
    OverSockets() {
      super(Cell.Base.NIO);
    }
  }

  @Nested
  class OverMemory extends Layer {
    OverMemory() {
      super(Cell.Base.MEMORY);
    }
  }
}
