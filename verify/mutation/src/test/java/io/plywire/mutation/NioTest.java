// SPDX-License-Identifier: Apache-2.0
package io.plywire.mutation;

import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioTransport;
import io.plywire.tck.TransportSubject;
import org.junit.jupiter.api.Test;

/** Kills mutants of the transport over sockets. */
class NioTest {
  private static final NioEventLoopGroup TWO_LOOPS = new NioEventLoopGroup(2);

  @Test
  void keepsTheContract() {
    Kit.run(TransportSubject.ofEachScheme(new NioTransport()).get(0));
    Kit.run(TransportSubject.ofEachScheme(new NioTransport(TWO_LOOPS)).get(1)); // another scheme
  }
}
