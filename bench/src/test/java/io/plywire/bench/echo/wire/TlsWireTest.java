// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.tls.internal.engine.ConnectionEngine;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TlsWireTest {
  /** Those of Conscrypt keep two file descriptors each, which a floor would run out of. */
  @ParameterizedTest
  @EnumSource(names = {"JDK", "CONSCRYPT"})
  void closingReleasesTheEngine(Security security) throws IOException {
    TlsSetup setup = Objects.requireNonNull(security.server());
    ConnectionEngine session = setup.serverSession();
    TlsWire wire = new TlsWire(SocketChannel.open(), session, new Wires(setup));
    assertThat(session.engine().isOutboundDone()).isFalse();
    wire.close();
    assertThat(wire.isOpen()).isFalse();
    assertThat(session.engine().isOutboundDone()).isTrue();
    assertThat(session.engine().isInboundDone()).isTrue();
  }
}
