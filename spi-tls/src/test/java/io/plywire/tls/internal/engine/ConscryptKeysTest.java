// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.certificates.MadeCertificate;
import io.plywire.certificates.MadeCertificate.Kind;
import io.plywire.tls.EnginePair;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsIdentity;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECParameterSpec;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Conscrypt reads the key of another provider in each handshake, unless it is given its own. */
class ConscryptKeysTest {
  private static final MadeCertificate CA = MadeCertificate.authority("Test CA");
  private static final MadeCertificate SERVER = CA.issue(Kind.P256, "server.test");

  private final AtomicInteger asked = new AtomicInteger(); // for the encoding of a key

  /** A key that somebody else has made, which may have an encoding, and may keep it to itself. */
  private final class ForeignKey implements ECPrivateKey {
    private static final long serialVersionUID = 1;

    private final transient ECPrivateKey key = (ECPrivateKey) SERVER.key();
    private final transient byte[] encoded;

    ForeignKey(byte[] encoded) {
      this.encoded = encoded;
    }

    @Override
    public String getAlgorithm() {
      return key.getAlgorithm();
    }

    @Override
    public String getFormat() {
      return encoded == null ? null : "PKCS#8";
    }

    @Override
    public byte[] getEncoded() {
      asked.incrementAndGet();
      return encoded;
    }

    @Override
    public BigInteger getS() {
      return key.getS();
    }

    @Override
    public ECParameterSpec getParams() {
      return key.getParams();
    }
  }

  private static EngineAdapter conscrypt() {
    return EngineLookup.named("conscrypt").adapter();
  }

  private static EngineFactory server(PrivateKey key) {
    TlsIdentity identity = TlsIdentity.of(key, SERVER.chain());
    return EngineFactory.of(
        conscrypt(), TlsConfig.server(identity), new Material(List.of(identity), null, null));
  }

  private static void shakeHands(EngineFactory server) {
    EngineFactory client =
        EngineFactory.of(
            EngineLookup.named("jdk").adapter(),
            TlsConfig.client(),
            new Material(List.of(), null, Trust.of(List.of(CA.certificate()))));
    try (EnginePair pair =
        new EnginePair(client.newEngine("server.test", 443), server.newEngine(null, -1))) {
      pair.handshake();
      assertThat(pair.client().agreed().peerCertificates()).isEqualTo(SERVER.chain());
    }
  }

  @Test
  void aKeyIsReadWhenTheContextIsMadeAndNotInHandshakes() {
    EngineFactory server = server(new ForeignKey(SERVER.key().getEncoded()));
    int before = asked.get();
    shakeHands(server);
    shakeHands(server);
    assertThat(asked).hasValue(before);
  }

  @ParameterizedTest
  @EnumSource(names = {"P256", "P384", "RSA"})
  void itGetsAKeyOfItsOwn(Kind kind) {
    MadeCertificate made = CA.issue(kind, "server.test");
    PrivateKey fitted = conscrypt().fit(TlsIdentity.of(made.key(), made.chain())).key();
    assertThat(fitted.getClass().getPackage()).isEqualTo(Conscrypt.class.getPackage());
    KeyMatch.check(fitted, made.chain().get(0), "what it got");
  }

  @Test
  void aKeyThatDoesNotLeaveItsPlaceIsUsedThere() {
    PrivateKey key = new ForeignKey(null);
    assertThat(conscrypt().fit(TlsIdentity.of(key, SERVER.chain())).key()).isSameAs(key);
    shakeHands(server(key));
  }

  @Test
  void aKeyWithAnEncodingThatItDoesNotUnderstandIsLeftAsItIs() {
    PrivateKey key = new ForeignKey(new byte[] {0x30, 0});
    assertThat(conscrypt().fit(TlsIdentity.of(key, SERVER.chain())).key()).isSameAs(key);
  }
}
