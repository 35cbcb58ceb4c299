// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.certificates.MadeCertificate;
import io.plywire.certificates.MadeCertificate.Kind;
import io.plywire.tls.internal.engine.ConnectionEngine;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Changing the configuration under way. */
class TlsContextTest extends TlsTestBase {
  private final TlsContext client =
      TlsContext.of(TlsConfig.client().withTrust(List.of(CA.certificate())));
  private final TlsContext server = TlsContext.of(TlsConfig.server(identity(SERVER)));

  @Test
  void openAndHalfOpenConnectionsStayAsTheyAre() {
    ConnectionEngine begun = server.newEngine(null, -1);
    MadeCertificate renewed = CA.issue(Kind.P256, "server.test");
    server.reload(TlsConfig.server(identity(renewed)));

    try (EnginePair pair = new EnginePair(client.newEngine("server.test", 443), begun)) {
      pair.handshake();
      assertThat(pair.client().agreed().peerCertificates()).isEqualTo(SERVER.chain());
    }
    assertShows(renewed);
  }

  @Test
  void anotherEngineMayTakeOver() {
    server.reload(TlsConfig.server(identity(SERVER)).withEngine(TlsEngine.conscrypt()));
    try (EnginePair pair = new EnginePair(client, server, "server.test").handshake()) {
      assertThat(pair.server().agreed().engine()).startsWith("conscrypt");
    }
  }

  @Test
  void whatDoesNotWorkLeavesTheOldOneInPlace() {
    TlsConfig before = server.config();
    TlsConfig impossible = TlsConfig.server(identity(SERVER)).withCipherSuites("TLS_NONE_SUCH");
    assertThatThrownBy(() -> server.reload(impossible)).isInstanceOf(TlsConfigException.class);
    assertThatThrownBy(() -> server.reload(TlsConfig.client()))
        .isInstanceOf(TlsConfigException.class)
        .hasMessageContaining("CLIENT");
    assertThat(server.config()).isSameAs(before);
    assertShows(SERVER);
  }

  @Test
  void clientsWithoutAConfigurationShareOne() {
    assertThat(TlsContext.clientDefaults()).isSameAs(TlsContext.clientDefaults());
    assertThat(TlsContext.clientDefaults().config().verifyHostName()).isTrue();
  }

  private void assertShows(MadeCertificate expected) {
    try (EnginePair pair = new EnginePair(client, server, "server.test").handshake()) {
      assertThat(pair.client().agreed().peerCertificates()).isEqualTo(expected.chain());
    }
  }
}
