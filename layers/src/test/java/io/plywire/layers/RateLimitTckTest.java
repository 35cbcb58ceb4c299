// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.spi.Trait;
import io.plywire.tck.LayerSubject;
import io.plywire.tck.StreamPair;
import java.util.Set;
import org.junit.jupiter.api.Nested;

/**
 * The layer keeps every rule of the test kit. The rates are such that operations are cut, and that
 * none is delayed for long: a write that is only delayed does not wait for its peer, as the kit has
 * it of a write that does not complete. There is no handshake, so the rules S3 are not for it.
 */
class RateLimitTckTest {
  private record Subject(Ground ground, RatePolicy policy) implements LayerSubject {
    @Override
    public String name() {
      return "rate " + policy + " over " + ground;
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
    public StreamPair wrap(StreamPair below) {
      return new StreamPair(
          RateLimit.wrap(below.client(), policy), RateLimit.wrap(below.server(), policy));
    }

    @Override
    public boolean secured() {
      return false;
    }

    @Override
    public Set<Trait> traits() {
      return new RateLimit().traits();
    }
  }

  private abstract static class Layer extends QuickLayerTck {
    Layer(Ground ground, RatePolicy policy) {
      super(new Subject(ground, policy));
    }
  }

  private static RatePolicy each(long perSecond, long burst) {
    return RatePolicy.perStream(new Rate(perSecond, burst), new Rate(perSecond, burst));
  }

  @Nested
  class Tight extends Layer {
    Tight() {
      super(Ground.MEMORY, each(16 << 20, 16 << 10));
    }
  }

  @Nested
  class OverSockets extends Layer {
    OverSockets() {
      super(Ground.SOCKETS, each(1L << 30, 1L << 30));
    }
  }

  @Nested
  class SharedOverMemory extends Layer {
    SharedOverMemory() {
      super(
          Ground.MEMORY,
          RatePolicy.shared(new Rate(1L << 36, 1L << 30), new Rate(1L << 36, 1L << 30)));
    }
  }
}
