// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.tls;

import io.plywire.tck.LayerSubject;
import io.plywire.tck.LayerTck;
import io.plywire.tck.TckEnvironment;
import io.plywire.tls.TlsEngine;
import org.junit.jupiter.api.Nested;

/**
 * The TLS layer keeps every rule of the transport test kit, by each engine over sockets and over
 * memory. Rounds are few, for every one of them is a handshake.
 */
class TlsTckTest {
  private abstract static class Layer extends LayerTck {
    private final TlsSubject subject;

    Layer(TlsEngine engine, Cell.Base base) {
      subject = new TlsSubject(engine, base);
    }

    @Override
    public LayerSubject subject() {
      return subject;
    }

    @Override
    public TckEnvironment environment() {
      return TckEnvironment.quick();
    }
  }

  @Nested
  class JdkOverSockets extends Layer {
    JdkOverSockets() {
      super(TlsEngine.jdk(), Cell.Base.NIO);
    }
  }

  @Nested
  class JdkOverMemory extends Layer {
    JdkOverMemory() {
      super(TlsEngine.jdk(), Cell.Base.MEMORY);
    }
  }

  @Nested
  class ConscryptOverSockets extends Layer {
    ConscryptOverSockets() {
      super(TlsEngine.conscrypt(), Cell.Base.NIO);
    }
  }

  @Nested
  class ConscryptOverMemory extends Layer {
    ConscryptOverMemory() {
      super(TlsEngine.conscrypt(), Cell.Base.MEMORY);
    }
  }

  @Nested
  class BouncyCastleOverSockets extends Layer {
    BouncyCastleOverSockets() {
      super(TlsEngine.bouncyCastle(), Cell.Base.NIO);
    }
  }

  @Nested
  class BouncyCastleOverMemory extends Layer {
    BouncyCastleOverMemory() {
      super(TlsEngine.bouncyCastle(), Cell.Base.MEMORY);
    }
  }
}
