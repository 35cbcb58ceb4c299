// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.certificates.MadeCertificate;
import io.plywire.certificates.MadeCertificate.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What failed is told alike, whichever engine is on which side. */
class FailuresTest extends TlsTestBase {
  @ParameterizedTest
  @MethodSource("pairs")
  void untrustedServer(Cell cell) {
    MadeCertificate strange =
        MadeCertificate.authority("Strange CA").issue(Kind.P256, "server.test");
    try (EnginePair pair = shake(cell.client(), cell.server(strange))) {
      assertFailed(pair.client(), TlsError.CERTIFICATE_UNTRUSTED, "the server's certificate");
      assertAlert(pair.server(), 42, 46, 48);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void selfSignedServer(Cell cell) {
    MadeCertificate self = MadeCertificate.selfSigned("server.test");
    try (EnginePair pair = shake(cell.client(), cell.server(self))) {
      assertFailed(pair.client(), TlsError.CERTIFICATE_UNTRUSTED, "the server's certificate");
    }
    try (EnginePair pair =
        shake(cell.client().withTrust(List.of(self.certificate())), cell.server(self))) {
      assertThat(pair.client().agreed().peerCertificates()).isEqualTo(self.chain());
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void serverAtAnotherTime(Cell cell) {
    Instant now = Instant.now();
    MadeCertificate expired =
        CA.issue(now.minus(Duration.ofDays(9)), Duration.ofDays(2), "server.test");
    MadeCertificate early =
        CA.issue(now.plus(Duration.ofDays(9)), Duration.ofDays(2), "server.test");
    for (MadeCertificate certificate : List.of(expired, early)) {
      try (EnginePair pair = shake(cell.client(), cell.server(certificate))) {
        assertFailed(pair.client(), TlsError.CERTIFICATE_EXPIRED, "not valid at this time");
        assertAlert(pair.server(), 42, 45, 46);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void serverOfAnotherName(Cell cell) {
    try (EnginePair pair = shake(cell.client(), cell.server(), "wrong.test")) {
      assertFailed(pair.client(), TlsError.HOST_NAME_MISMATCH, "wrong.test");
      assertAlert(pair.server(), 42, 46);
    }
    try (EnginePair pair = shake(cell.client(), cell.server(), "127.0.0.2")) {
      assertFailed(pair.client(), TlsError.HOST_NAME_MISMATCH, "127.0.0.2");
    }
    for (String right : List.of("server.test", "SERVER.test.", "127.0.0.1", "[::1]")) {
      try (EnginePair pair = shake(cell.client(), cell.server(), right)) {
        assertThat(pair.client().agreed().peerCertificates()).isEqualTo(SERVER.chain());
      }
    }
    try (EnginePair pair =
        shake(cell.client().withVerifyHostName(false), cell.server(), "wrong.test")) {
      assertThat(pair.client().agreed().peerCertificates()).isEqualTo(SERVER.chain());
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void serverWhoseNameStandsInItsSubjectAlone(Cell cell) {
    MadeCertificate old = CA.issueWithoutNames("server.test");
    try (EnginePair pair = shake(cell.client(), cell.server(old))) {
      assertFailed(pair.client(), TlsError.HOST_NAME_MISMATCH, "no name at all");
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void untrustedClient(Cell cell) {
    MadeCertificate strange =
        MadeCertificate.authority("Strange CA").issue(Kind.P256, "client.test");
    for (ClientAuth auth : List.of(ClientAuth.WANT, ClientAuth.NEED)) {
      try (EnginePair pair =
          shake(
              cell.client().withIdentity(identity(strange)),
              cell.server().withTrust(List.of(CA.certificate())).withClientAuth(auth))) {
        assertFailed(pair.server(), TlsError.CERTIFICATE_UNTRUSTED, "the client's certificate");
        assertAlert(pair.client(), 42, 46, 48);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void clientWithoutACertificate(Cell cell) {
    try (EnginePair pair =
        shake(
            cell.client(),
            cell.server().withTrust(List.of(CA.certificate())).withClientAuth(ClientAuth.NEED))) {
      assertFailed(pair.server(), TlsError.CLIENT_CERTIFICATE_REQUIRED, "no certificate");
      assertThat(pair.client().failure()).isNotNull();
      if (!cell.tls13()) {
        assertFailed(pair.client(), TlsError.CLIENT_CERTIFICATE_REQUIRED, "requires");
      } else if (pair.client().failure().alert() == 116) {
        assertFailed(pair.client(), TlsError.CLIENT_CERTIFICATE_REQUIRED, "requires");
      } else {
        assertFailed(pair.client(), TlsError.PEER_ALERT, "does not accept our certificate");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void noVersionInCommon(Cell cell) {
    String other = cell.tls13() ? "TLSv1.2" : "TLSv1.3";
    try (EnginePair pair = shake(cell.client(), cell.server().withProtocols(other))) {
      assertFailed(pair.server(), TlsError.NO_COMMON_PARAMETERS, "in common");
      assertFailed(pair.client(), TlsError.NO_COMMON_PARAMETERS, "");
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void noCipherSuiteInCommon(Cell cell) {
    String one =
        cell.tls13() ? "TLS_AES_128_GCM_SHA256" : "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
    String two =
        cell.tls13() ? "TLS_AES_256_GCM_SHA384" : "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
    boolean conscrypt =
        cell.clientEngine() == TlsEngine.conscrypt()
            || cell.serverEngine() == TlsEngine.conscrypt();
    if (cell.tls13() && conscrypt) {
      return; // it takes no choice, and says so: TlsConfigTest
    }
    try (EnginePair pair =
        shake(cell.client().withCipherSuites(one), cell.server().withCipherSuites(two))) {
      assertFailed(pair.server(), TlsError.NO_COMMON_PARAMETERS, "in common");
      assertFailed(pair.client(), TlsError.NO_COMMON_PARAMETERS, "handshake_failure (40)");
      assertAlert(pair.client(), 40);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aChangedRecord(Cell cell) {
    try (EnginePair pair = shake(cell.client(), cell.server())) {
      pair.client().agreed();
      pair.corruptNextRecord();
      pair.send(pair.client(), "changed on the way");
      assertFailed(pair.server(), TlsError.BAD_RECORD, "cannot be decrypted");
      assertThat(pair.server().received()).isEmpty();
      assertThat(pair.client().failure()).isNotNull();
      assertThat(pair.client().failure().error()).isEqualTo(TlsError.PEER_ALERT);
      assertAlert(pair.client(), 20);
      assertThat(pair.client().failure()).hasMessageContaining("bad_record_mac (20)");
    }
  }

  private static void assertFailed(EnginePair.Side side, TlsError error, String part) {
    assertThat(side.failure()).as("failure").isNotNull();
    assertThat(side.failure().error()).as(side.failure().toString()).isEqualTo(error);
    assertThat(side.failure()).hasMessageContaining(part);
  }

  private static void assertAlert(EnginePair.Side side, int... alerts) {
    assertThat(side.failure()).as("failure").isNotNull();
    assertThat(alerts).as(side.failure().toString()).contains(side.failure().alert());
  }
}
