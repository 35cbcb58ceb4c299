// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryTransport;
import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioOptions;
import io.plywire.nio.NioTransport;
import io.plywire.spi.TransportProvider;
import io.plywire.transport.TransportOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** The transports of this project keep every rule, with no waiver. */
class BuiltInTransportsTest {
  private static TransportSubject scheme(TransportProvider provider, String scheme) {
    List<String> schemes = new ArrayList<>(new java.util.TreeSet<>(provider.schemes()));
    return TransportSubject.ofEachScheme(provider).get(schemes.indexOf(scheme));
  }

  private abstract static class WithoutWaiver extends TransportTck {
    @org.junit.jupiter.api.Test
    void hasNoWaiver() {
      assertThat(subject().waivers()).isEmpty();
    }
  }

  @Nested
  class Tcp extends WithoutWaiver {
    @Override
    public TckSubject subject() {
      return scheme(new NioTransport(), "ws");
    }
  }

  @Nested
  class TcpOnTwoLoopsWithoutCollecting extends WithoutWaiver {
    private static final NioEventLoopGroup GROUP = new NioEventLoopGroup(2);

    @Override
    public TckSubject subject() {
      return scheme(new NioTransport(GROUP), "ws")
          .withOptions("tcp", TransportOptions.defaults().with(NioOptions.COALESCE, false));
    }

    @Override
    public TckEnvironment environment() {
      return TckEnvironment.quick();
    }
  }

  @Nested
  class TcpWithAListenerOnEachOfThreeLoops extends WithoutWaiver {
    private static final NioEventLoopGroup GROUP = new NioEventLoopGroup(3);

    @Override
    public TckSubject subject() {
      return scheme(new NioTransport(GROUP), "ws")
          .withOptions("tcp", TransportOptions.defaults().with(NioOptions.LISTENERS, 3));
    }

    @Override
    public TckEnvironment environment() {
      return TckEnvironment.quick();
    }
  }

  @Nested
  class UnixSockets extends WithoutWaiver {
    @Override
    public TckSubject subject() {
      return scheme(new NioTransport(), "ws+unix");
    }
  }

  @Nested
  class InMemory extends WithoutWaiver {
    @Override
    public TckSubject subject() {
      return scheme(new InMemoryTransport(), "ws+memory");
    }
  }
}
