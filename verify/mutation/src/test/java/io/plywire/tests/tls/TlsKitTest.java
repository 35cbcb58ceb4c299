// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.tls;

import io.plywire.mutation.Kit;
import io.plywire.tls.TlsEngine;
import org.junit.jupiter.api.Test;

/** Kills mutants of the TLS layer; in this package since that is where its subject lives. */
class TlsKitTest {
  @Test
  void keepsTheContract() {
    Kit.run(new TlsSubject(TlsEngine.jdk(), Cell.Base.MEMORY));
  }
}
