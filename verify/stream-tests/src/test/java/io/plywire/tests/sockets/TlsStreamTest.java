// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.sockets;

import io.plywire.tests.support.Network;
import io.plywire.tls.TlsEngine;
import org.junit.jupiter.api.Nested;

/** A WebSocket over TLS by each engine, over TCP and over memory: what holds without holds with. */
class TlsStreamTest {
  @Nested
  class JdkOverTcp extends StreamSuite {
    JdkOverTcp() {
      super(Network.Kind.TCP, TlsEngine.jdk());
    }
  }

  @Nested
  class JdkOverMemory extends StreamSuite {
    JdkOverMemory() {
      super(Network.Kind.MEMORY, TlsEngine.jdk());
    }
  }

  @Nested
  class ConscryptOverTcp extends StreamSuite {
    ConscryptOverTcp() {
      super(Network.Kind.TCP, TlsEngine.conscrypt());
    }
  }

  @Nested
  class ConscryptOverMemory extends StreamSuite {
    ConscryptOverMemory() {
      super(Network.Kind.MEMORY, TlsEngine.conscrypt());
    }
  }

  @Nested
  class BouncyCastleOverTcp extends StreamSuite {
    BouncyCastleOverTcp() {
      super(Network.Kind.TCP, TlsEngine.bouncyCastle());
    }
  }

  @Nested
  class BouncyCastleOverMemory extends StreamSuite {
    BouncyCastleOverMemory() {
      super(Network.Kind.MEMORY, TlsEngine.bouncyCastle());
    }
  }
}
