// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.certificates.MadeCertificate;
import io.plywire.certificates.MadeCertificate.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The groups of the key exchange, those that withstand quantum computers among them. */
class GroupsTest extends TlsTestBase {
  private static final String HYBRID = "X25519MLKEM768";

  /** Without a curve, which would have to be among the groups for BouncyCastle and the JDK. */
  private static final MadeCertificate RSA = MadeCertificate.selfSigned(Kind.RSA, "server.test");

  private static boolean hasHybrid(TlsEngine engine) {
    return engine.features().groups().contains(HYBRID);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theHybridGroupIsUsedWhereBothSidesHaveIt(Cell cell) {
    boolean both = hasHybrid(cell.clientEngine()) && hasHybrid(cell.serverEngine());
    try (EnginePair pair = shake(cell.client(), cell.server())) {
      String expected = both && cell.tls13() ? HYBRID : "x25519";
      assertThat(pair.client().agreed().group()).isEqualTo(expected);
      assertThat(pair.server().agreed().group()).isEqualTo(expected);
      assertThat(pair.clientHellos()).isOne();
    }
  }

  @Test
  void conscryptAndBouncyCastleHaveIt() {
    assertThat(hasHybrid(TlsEngine.conscrypt())).isTrue();
    assertThat(hasHybrid(TlsEngine.bouncyCastle())).isTrue();
    assertThat(TlsEngine.bouncyCastle().features().choosesGroups()).isTrue();
  }

  @Test
  void aServerOfBouncyCastleWarnsOfNoClientOfAnOlderVersion() {
    Cell cell = new Cell(TlsEngine.jdk(), TlsEngine.bouncyCastle(), "TLSv1.2");
    TlsConfig both = cell.server().withProtocols("TLSv1.3", "TLSv1.2");
    List<String> warnings = warningsOfBouncyCastle(() -> shake(cell.client(), both).close());
    assertThat(warnings).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theChosenGroupIsUsed(Cell cell) {
    for (String group : List.of("x25519", "secp384r1", "SECP256R1", HYBRID)) {
      boolean client = canChoose(cell.clientEngine(), group);
      boolean server = canChoose(cell.serverEngine(), group);
      if (client && (cell.tls13() || !group.equals(HYBRID))) {
        try (EnginePair pair = shake(trusting(cell).withGroups(group), cell.server(RSA))) {
          if (hasByDefault(cell.serverEngine(), group)) {
            assertThat(pair.client().agreed().group()).isEqualToIgnoringCase(group);
            assertThat(pair.server().agreed().group()).isEqualToIgnoringCase(group);
          } else {
            // With BouncyCastle the server may find the curve of a certificate in the offer.
            EnginePair.Side refused =
                pair.client().failure().alert() < 0 ? pair.client() : pair.server();
            EnginePairsTest.assertFailed(refused, TlsError.NO_COMMON_PARAMETERS);
          }
        }
      }
      if (server && hasByDefault(cell.clientEngine(), group) && cell.tls13()) {
        try (EnginePair pair = shake(trusting(cell), cell.server(RSA).withGroups(group))) {
          assertThat(pair.server().agreed().group()).isEqualToIgnoringCase(group);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aChoiceWithoutACurveTakesCertificatesThatHaveOne(Cell cell) {
    if (cell.clientEngine().features().choosesGroups()) {
      try (EnginePair pair = shake(cell.client().withGroups("x25519"), cell.server())) {
        assertThat(pair.client().agreed().group()).isEqualTo("x25519");
      }
    }
    if (cell.serverEngine().features().choosesGroups()) {
      try (EnginePair pair = shake(cell.client(), cell.server().withGroups("x25519"))) {
        assertThat(pair.server().agreed().group()).isEqualTo("x25519");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aGroupThatWasNotChosenIsRefused(Cell cell) {
    if (cell.clientEngine().features().choosesGroups()
        && cell.serverEngine().features().choosesGroups()) {
      try (EnginePair pair =
          shake(cell.client().withGroups("x25519"), cell.server().withGroups("secp256r1"))) {
        EnginePair.Side refused =
            pair.client().failure() != null && pair.client().failure().alert() < 0
                ? pair.client()
                : pair.server();
        EnginePairsTest.assertFailed(refused, TlsError.NO_COMMON_PARAMETERS);
      }
    }
  }

  private static TlsConfig trusting(Cell cell) {
    return cell.client().withTrust(List.of(RSA.certificate()));
  }

  private static boolean canChoose(TlsEngine engine, String group) {
    return engine.features().choosesGroups() && hasByDefault(engine, group);
  }

  private static boolean hasByDefault(TlsEngine engine, String group) {
    return engine.features().groups().stream().anyMatch(group::equalsIgnoreCase);
  }

  @Test
  void askedForAndNotThereIsAnError() {
    for (TlsEngine engine : TlsEngine.all()) {
      // The hybrid group came with TLS 1.3.
      TlsConfig config =
          TlsConfig.client()
              .withEngine(engine)
              .withProtocols("TLSv1.2")
              .withGroups("x25519", HYBRID);
      assertThatThrownBy(() -> TlsContext.of(config))
          .isInstanceOf(TlsConfigException.class)
          .hasMessageContaining(engine.name())
          .hasMessageContaining(
              engine.features().choosesGroups()
                  ? "does not have the groups [" + HYBRID + "]"
                  : "takes no choice of groups");
    }
  }

  @Test
  void theEngineOfTheJdkSaysWhatItTakes() {
    TlsConfig config = TlsConfig.client().withGroups(HYBRID, "x25519");
    if (Runtime.version().feature() < 20) {
      assertThatThrownBy(() -> TlsContext.of(config))
          .isInstanceOf(TlsConfigException.class)
          .hasMessageContaining("Java 20");
    } else if (!hasHybrid(TlsEngine.jdk())) {
      assertThatThrownBy(() -> TlsContext.of(config))
          .isInstanceOf(TlsConfigException.class)
          .hasMessageContaining("does not have the groups [X25519MLKEM768]");
    } else {
      assertThat(TlsContext.of(config).config()).isSameAs(config);
    }
  }
}
