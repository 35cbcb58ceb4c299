// SPDX-License-Identifier: Apache-2.0
package io.plywire.mutation;

import io.plywire.inmemory.InMemoryTransport;
import io.plywire.tck.TransportSubject;
import org.junit.jupiter.api.Test;

/** Kills mutants of the transport in memory. */
class InMemoryTest {
  @Test
  void keepsTheContract() {
    TransportSubject.ofEachScheme(new InMemoryTransport()).forEach(Kit::run);
  }
}
