// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.certificates.MadeCertificate;
import io.plywire.certificates.MadeCertificate.Kind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every engine agrees on with every other one, in both versions. */
class EnginePairsTest extends TlsTestBase {
  private static final Map<Kind, MadeCertificate> SERVERS = new EnumMap<>(Kind.class);
  private static final Map<Kind, MadeCertificate> CLIENTS = new EnumMap<>(Kind.class);

  static {
    for (Kind kind : Kind.values()) {
      SERVERS.put(kind, CA.issue(kind, "server.test"));
      CLIENTS.put(kind, CA.issue(kind, "client.test"));
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void converse(Cell cell) {
    try (EnginePair pair = shake(cell.client(), cell.server())) {
      TlsSession client = pair.client().agreed();
      TlsSession server = pair.server().agreed();
      assertThat(client.protocol()).isEqualTo(cell.version());
      assertThat(server.protocol()).isEqualTo(cell.version());
      assertThat(client.engine())
          .isEqualTo(cell.clientEngine().name() + " " + cell.clientEngine().version());
      assertThat(client.cipherSuite()).isEqualTo(server.cipherSuite()).contains("GCM");
      assertThat(client.group()).isNotNull().isEqualTo(server.group());
      assertThat(client.applicationProtocol()).isEqualTo("http/1.1");
      assertThat(server.applicationProtocol()).isEqualTo("http/1.1");
      assertThat(client.serverName()).isEqualTo("server.test");
      assertThat(server.serverName()).isEqualTo("server.test");
      assertThat(client.peerCertificates()).isEqualTo(SERVER.chain());
      assertThat(server.peerCertificates()).isEmpty();
      assertThat(client.resumed()).isFalse();
      assertThat(server.resumed()).isFalse();

      pair.send(pair.client(), "to the server");
      pair.send(pair.server(), "to the client");
      assertThat(pair.server().received()).isEqualTo("to the server");
      assertThat(pair.client().received()).isEqualTo("to the client");
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void chooseTheCertificateByName(Cell cell) {
    MadeCertificate other = CA.issue(Kind.P256, "other.test");
    MadeCertificate wild = CA.issue(Kind.P256, "*.wild.test");
    MadeCertificate given = CA.issue(Kind.P256, "unrelated.test");
    TlsContext client = TlsContext.of(cell.client().withVerifyHostName(false));
    TlsContext server =
        TlsContext.of(
            cell.server()
                .withIdentities(
                    List.of(
                        identity(SERVER),
                        identity(other),
                        identity(wild),
                        identity(given).withNames("given.test"))));

    assertShown(client, server, "server.test", SERVER);
    assertShown(client, server, "OTHER.test.", other);
    assertShown(client, server, "any.wild.test", wild);
    assertShown(client, server, "two.labels.wild.test", SERVER);
    assertShown(client, server, "wild.test", SERVER);
    assertShown(client, server, "given.test", given);
    assertShown(client, server, "unknown.test", SERVER);
    assertShown(client, server, "127.0.0.1", SERVER);
  }

  private static void assertShown(
      TlsContext client, TlsContext server, String host, MadeCertificate expected) {
    try (EnginePair pair = new EnginePair(client, server, host).handshake()) {
      assertThat(pair.client().agreed().peerCertificates().get(0))
          .as(host)
          .isEqualTo(expected.certificate());
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void chooseTheKindOfKeyAmongThoseForOneName(Cell cell) {
    MadeCertificate ec = SERVERS.get(Kind.P256);
    MadeCertificate rsa = SERVERS.get(Kind.RSA);
    try (EnginePair pair = shake(cell.client(), cell.server(rsa, SERVER))) {
      assertThat(pair.client().agreed().peerCertificates().get(0))
          .isIn(rsa.certificate(), SERVER.certificate());
    }
    // Conscrypt asks for a certificate before it looks at what the client can do.
    if (!cell.tls13() && cell.serverEngine() != TlsEngine.conscrypt()) {
      try (EnginePair pair =
          shake(
              cell.client().withCipherSuites("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
              cell.server(ec, rsa))) {
        assertThat(pair.client().agreed().peerCertificates().get(0)).isEqualTo(rsa.certificate());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void useEveryKindOfKey(Cell cell) {
    for (Kind kind : Kind.values()) {
      MadeCertificate certificate = SERVERS.get(kind);
      MadeCertificate client = CLIENTS.get(kind);
      if (kind == Kind.ED25519 && !cell.serverEngine().features().ed25519()) {
        assertThatThrownBy(() -> TlsContext.of(cell.server(certificate)))
            .isInstanceOf(TlsConfigException.class)
            .hasMessageContaining("EdDSA");
        continue;
      }
      if (kind == Kind.ED25519 && !cell.clientEngine().features().ed25519()) {
        try (EnginePair pair = shake(cell.client(), cell.server(certificate))) {
          assertThat(pair.client().failure()).isNotNull();
          assertThat(pair.server().failure()).isNotNull();
        }
        continue;
      }
      try (EnginePair pair =
          shake(
              cell.client().withIdentity(identity(client)),
              cell.server(certificate)
                  .withTrust(List.of(CA.certificate()))
                  .withClientAuth(ClientAuth.NEED))) {
        assertThat(pair.client().agreed().peerCertificates()).isEqualTo(certificate.chain());
        assertThat(pair.server().agreed().peerCertificates()).isEqualTo(client.chain());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void askForClientCertificates(Cell cell) {
    for (ClientAuth auth : ClientAuth.values()) {
      for (boolean shown : List.of(true, false)) {
        TlsConfig client = shown ? cell.client().withIdentity(identity(CLIENT)) : cell.client();
        TlsConfig server = cell.server().withTrust(List.of(CA.certificate())).withClientAuth(auth);
        try (EnginePair pair = shake(client, server)) {
          if (auth == ClientAuth.NEED && !shown) {
            assertThat(pair.server().failure()).isNotNull();
            assertThat(pair.server().failure().error())
                .isEqualTo(TlsError.CLIENT_CERTIFICATE_REQUIRED);
            // In TLS 1.3 the client was done, and learns it from the first thing that it reads.
            assertThat(pair.client().failure()).isNotNull();
            assertThat(pair.client().failure().alert()).isIn(40, 42, 116);
          } else {
            assertThat(pair.server().agreed().peerCertificates())
                .isEqualTo(auth != ClientAuth.NONE && shown ? CLIENT.chain() : List.of());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void showTheCertificateThatTheServerTrusts(Cell cell) {
    MadeCertificate strange = MadeCertificate.authority("Strange CA").issue(Kind.P256, "me.test");
    try (EnginePair pair =
        shake(
            cell.client().withIdentities(List.of(identity(strange), identity(CLIENT))),
            cell.server().withTrust(List.of(CA.certificate())).withClientAuth(ClientAuth.NEED))) {
      assertThat(pair.server().agreed().peerCertificates()).isEqualTo(CLIENT.chain());
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void useACertificateThatAnIntermediateAuthorityIssued(Cell cell) {
    MadeCertificate leaf = CA.issueAuthority("Middle CA").issue(Kind.P256, "server.test");
    try (EnginePair pair = shake(cell.client(), cell.server(leaf))) {
      assertThat(pair.client().agreed().peerCertificates()).isEqualTo(leaf.chain()).hasSize(2);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void resumeSessions(Cell cell) {
    boolean possible =
        !cell.tls13()
            || cell.clientEngine().features().tls13Resumption()
                && cell.serverEngine().features().tls13Resumption();
    TlsContext client = TlsContext.of(cell.client());
    TlsContext server = TlsContext.of(cell.server());

    assertResumed(false, client, server, "server.test");
    assertResumed(possible, client, server, "server.test");
    assertResumed(false, client, server, "127.0.0.1");
    TlsContext restarted = TlsContext.of(cell.server());
    assertResumed(false, client, restarted, "server.test");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void resumeNothingIfOneSideDoesNotWantTo(Cell cell) {
    TlsContext client = TlsContext.of(cell.client());
    TlsContext server = TlsContext.of(cell.server().withResumption(false));
    assertResumed(false, client, server, "server.test");
    assertResumed(false, client, server, "server.test");

    client = TlsContext.of(cell.client().withResumption(false));
    server = TlsContext.of(cell.server());
    assertResumed(false, client, server, "server.test");
    assertResumed(false, client, server, "server.test");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void resumeNothingFromBeforeAReload(Cell cell) {
    TlsContext client = TlsContext.of(cell.client());
    TlsContext server = TlsContext.of(cell.server());
    assertResumed(false, client, server, "server.test");
    MadeCertificate renewed = CA.issue(Kind.P256, "server.test");
    server.reload(cell.server(renewed));
    try (EnginePair pair = new EnginePair(client, server, "server.test").handshake()) {
      assertThat(pair.client().agreed().resumed()).isFalse();
      assertThat(pair.client().agreed().peerCertificates()).isEqualTo(renewed.chain());
    }
  }

  private static void assertResumed(
      boolean expected, TlsContext client, TlsContext server, String host) {
    try (EnginePair pair = new EnginePair(client, server, host).handshake()) {
      assertThat(pair.client().agreed().resumed()).as("client").isEqualTo(expected);
      assertThat(pair.server().agreed().resumed()).as("server").isEqualTo(expected);
      // A resumed session has the certificate that was shown when it began.
      assertThat(pair.client().agreed().peerCertificates()).isEqualTo(SERVER.chain());
      pair.send(pair.server(), "with it comes the ticket");
      pair.send(pair.client(), "read it");
      assertThat(pair.client().received()).isEqualTo("with it comes the ticket");
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void agreeOnOurFirstProtocolThatTheClientOffers(Cell cell) {
    try (EnginePair pair =
        shake(
            cell.client().withApplicationProtocols("h2", "b", "a"),
            cell.server().withApplicationProtocols("a", "b"))) {
      assertThat(pair.client().agreed().applicationProtocol()).isEqualTo("a");
      assertThat(pair.server().agreed().applicationProtocol()).isEqualTo("a");
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void goOnWithoutAProtocolUnlessOneIsRequired(Cell cell) {
    try (EnginePair pair = shake(cell.client().withApplicationProtocols(), cell.server())) {
      assertThat(pair.client().agreed().applicationProtocol()).isEmpty();
      assertThat(pair.server().agreed().applicationProtocol()).isEmpty();
    }
    try (EnginePair pair =
        shake(
            cell.client().withApplicationProtocols(),
            cell.server().withRequireApplicationProtocol(true))) {
      assertFailed(pair.server(), TlsError.NO_APPLICATION_PROTOCOL);
    }
    try (EnginePair pair =
        shake(
            cell.client().withRequireApplicationProtocol(true),
            cell.server().withApplicationProtocols())) {
      assertFailed(pair.client(), TlsError.NO_APPLICATION_PROTOCOL);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void refuseAPeerThatOffersOtherProtocols(Cell cell) {
    try (EnginePair pair = shake(cell.client().withApplicationProtocols("h2"), cell.server())) {
      assertFailed(pair.server(), TlsError.NO_APPLICATION_PROTOCOL);
    }
  }

  static void assertFailed(EnginePair.Side side, TlsError error) {
    assertThat(side.failure()).as("failure").isNotNull();
    assertThat(side.failure().error()).as(side.failure().toString()).isEqualTo(error);
  }
}
