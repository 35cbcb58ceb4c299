// SPDX-License-Identifier: Apache-2.0
package io.plywire.mutation;

import io.plywire.nio.NioTransport;
import io.plywire.tck.TransportSubject;
import org.junit.jupiter.api.Test;

/** Kills mutants of the transport over sockets. */
class NioTest {
  @Test
  void keepsTheContract() {
    TransportSubject.ofEachScheme(new NioTransport()).forEach(Kit::run);
  }
}
