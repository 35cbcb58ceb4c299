// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plywire.certificates.MadeCertificate;
import io.plywire.certificates.MadeCertificate.Kind;
import io.plywire.stream.Role;
import io.plywire.tls.ClientAuth;
import io.plywire.tls.EnginePair;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsConfigException;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsError;
import io.plywire.tls.TlsIdentity;
import java.io.File;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an engine leaves out is made up for: each test fails without one guard. */
class EngineGuardsTest {
  private static final MadeCertificate CA = MadeCertificate.authority("Test CA");
  private static final TlsIdentity SERVER = identity("server.test");
  private static final TlsIdentity CLIENT = identity("client.test");

  private static TlsIdentity identity(String name) {
    MadeCertificate certificate = CA.issue(Kind.P256, name);
    return TlsIdentity.of(certificate.key(), certificate.chain());
  }

  private static EngineAdapter adapter(String engine) {
    return EngineLookup.named(engine).adapter();
  }

  /** Makes the engines of one side. */
  private static EngineFactory context(
      String engine, TlsConfig config, TlsIdentity identity, X509TrustManager trust) {
    List<TlsIdentity> identities = identity == null ? List.of() : List.of(identity);
    return EngineFactory.of(adapter(engine), config, new Material(identities, null, trust));
  }

  private static X509TrustManager trusting() {
    return Trust.of(List.of(CA.certificate()));
  }

  /**
   * A server that did not ask for certificates at first and then does, over the same cache of
   * sessions: Conscrypt resumes what was begun without one.
   */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void conscryptResumesWithoutTheCertificateThatIsRequired(String version) throws Exception {
    EngineAdapter conscrypt = adapter("conscrypt");
    TlsConfig config = TlsConfig.server(SERVER).withProtocols(version).withTrustManager(trusting());
    KeyManager[] keys = {
      new IdentityKeyManager(new Material(List.of(SERVER), null, null), conscrypt::fit)
    };
    TrustManager[] trust = {conscrypt.fit(trusting())};
    SSLContext shared = conscrypt.newContext(keys, trust);
    EngineFactory open = EngineFactory.over(conscrypt, config, keys, trust, shared);
    EngineFactory strict =
        EngineFactory.over(conscrypt, config.withClientAuth(ClientAuth.NEED), keys, trust, shared);
    EngineFactory clients =
        context("conscrypt", TlsConfig.client().withProtocols(version), null, trusting());

    try (EnginePair first = pair(clients, open, "server.test")) {
      first.handshake();
      first.client().agreed();
      first.send(first.server(), "the ticket comes with it");
    }
    try (EnginePair second = pair(clients, strict, "server.test")) {
      second.handshake();
      assertThat(second.client().agreed().resumed()).isTrue();
      assertThat(second.server().failure()).isNotNull();
      assertThat(second.server().failure().error()).isEqualTo(TlsError.CLIENT_CERTIFICATE_REQUIRED);
      assertThat(second.server().failure()).hasMessageContaining("resumed a session");
    }
  }

  private static EnginePair pair(EngineFactory client, EngineFactory server, String host) {
    return new EnginePair(client.newEngine(host, 443), server.newEngine(null, -1));
  }

  /** Trusts everybody; engines add a check of the name or leave it out. */
  private static final class Plain implements X509TrustManager {
    private final List<String> kinds = new ArrayList<>();

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
      kinds.add(authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      kinds.add(authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Refused during the handshake, before the client shows who it is. */
  @ParameterizedTest
  @ValueSource(strings = {"jdk", "conscrypt", "bouncycastle"})
  void theNameIsCheckedBesideAPlainTrustManager(String engine) {
    for (String version : List.of("TLSv1.3", "TLSv1.2")) {
      TlsConfig config = TlsConfig.client().withProtocols(version);
      EngineFactory server = context("jdk", TlsConfig.server(SERVER), SERVER, null);
      try (EnginePair pair =
          pair(context(engine, config, null, new Plain()), server, "wrong.test")) {
        pair.handshake();
        assertThat(pair.client().failure()).isNotNull();
        assertThat(pair.client().failure().error()).isEqualTo(TlsError.HOST_NAME_MISMATCH);
        assertThat(pair.server().failure()).isNotNull();
        assertThat(pair.server().failure().alert()).isIn(42, 46);
      }
      Plain plain = new Plain();
      try (EnginePair pair = pair(context(engine, config, null, plain), server, "server.test")) {
        pair.handshake();
        assertThat(pair.client().agreed().peerCertificates()).isNotEmpty();
        assertThat(plain.kinds).hasSize(1).doesNotContain("GENERIC");
      }
    }
  }

  /** An extended manager has to check the name itself; one that does not is not relied on. */
  @ParameterizedTest
  @ValueSource(strings = {"jdk", "conscrypt", "bouncycastle"})
  void theNameIsCheckedBehindATrustManagerThatDoesNot(String engine) {
    TlsConfig config = TlsConfig.client();
    EngineFactory server = context("jdk", TlsConfig.server(SERVER), SERVER, null);
    try (EnginePair pair =
        pair(context(engine, config, null, Trust.anyone()), server, "wrong.test")) {
      pair.handshake();
      assertThat(pair.client().failure()).isNotNull();
      assertThat(pair.client().failure().error()).isEqualTo(TlsError.HOST_NAME_MISMATCH);
      assertThat(pair.client().failure())
          .hasMessage(
              "the server's certificate is not for wrong.test: the certificate names server.test");
    }
  }

  @Test
  void conscryptCallsTheJdksTrustManagerInWordsItKnows() {
    X509TrustManager fitted = adapter("conscrypt").fit(trusting());
    X509Certificate[] chain = SERVER.certificates().toArray(new X509Certificate[0]);
    assertThatThrownBy(() -> trusting().checkServerTrusted(chain, "GENERIC"))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("GENERIC");
    assertThat(catchThrown(() -> fitted.checkServerTrusted(chain, "GENERIC"))).isNull();
    assertThat(adapter("jdk").fit(trusting())).isNotInstanceOf(ConscryptTrustManager.class);
  }

  private interface Check {
    void run() throws Exception;
  }

  private static Exception catchThrown(Check check) {
    try {
      check.run();
      return null;
    } catch (Exception e) {
      return e;
    }
  }

  /** BouncyCastle's own ciphers take 25 times as long, and are what its constructor gives. */
  @Test
  void bouncyCastleTakesFromTheJdkWhatWorksOnEveryByte() throws Exception {
    Provider bouncyCastle = new BouncyCastleProvider();
    JcaTlsCrypto crypto =
        new BouncyCastleCrypto(bouncyCastle, null).create(new SecureRandom(), new SecureRandom());
    for (var helper : List.of(crypto.getHelper(), crypto.getAltHelper())) {
      assertThat(helper.createCipher("AES/GCM/NoPadding").getProvider().getName())
          .isEqualTo("SunJCE");
      assertThat(helper.createCipher("ChaCha20-Poly1305").getProvider().getName())
          .isEqualTo("SunJCE");
      assertThat(helper.createMac("HmacSHA256").getProvider().getName()).isEqualTo("SunJCE");
      assertThat(helper.createMessageDigest("SHA-384").getProvider().getName()).isEqualTo("SUN");
      assertThat(helper.createKeyAgreement("X25519").getProvider()).isSameAs(bouncyCastle);
      assertThat(helper.createCipher("Camellia/GCM/NoPadding").getProvider())
          .isSameAs(bouncyCastle);
    }
  }

  /** Two descriptors for each engine, until both directions are closed or the collector comes. */
  @Test
  void conscryptHoldsNoDescriptorsAfterRelease() {
    File descriptors = new File("/proc/self/fd");
    assumeTrue(descriptors.isDirectory(), "the system does not tell open descriptors");
    EngineFactory client = context("conscrypt", TlsConfig.client(), null, trusting());
    EngineFactory server = context("conscrypt", TlsConfig.server(SERVER), SERVER, null);
    pair(client, server, "server.test").close();
    List<EnginePair> kept = new ArrayList<>();
    int before = descriptors.list().length;
    for (int i = 0; i < 100; i++) {
      // Never begun, done, and failed.
      EnginePair pair = pair(client, server, i % 3 == 2 ? "wrong.test" : "server.test");
      kept.add(pair); // not left to the collector
      if (i % 3 != 0) {
        pair.handshake();
        assertThat(pair.client().failure() != null).isEqualTo(i % 3 == 2);
      }
      pair.close();
    }
    assertThat(kept).hasSize(100);
    assertThat(descriptors.list().length).isLessThan(before + 100);
  }

  /** Asked for what it supports, its SSLContext makes a socket that nobody closes. */
  @Test
  void conscryptHoldsNoDescriptorsForAContext() {
    File descriptors = new File("/proc/self/fd");
    assumeTrue(descriptors.isDirectory(), "the system does not tell open descriptors");
    TlsEngine.conscrypt().features();
    List<Object> kept = new ArrayList<>();
    int before = descriptors.list().length;
    for (int i = 0; i < 100; i++) {
      kept.add(context("conscrypt", TlsConfig.client(), null, trusting()));
      kept.add(TlsEngine.conscrypt().features());
    }
    assertThat(kept).hasSize(200);
    assertThat(descriptors.list().length).isLessThan(before + 100);
  }

  /** A provider that checks nothing and says so when asked. */
  @Test
  void anEngineThatDropsWhatSafetyDependsOnIsNotUsed() {
    Provider careless = new CarelessProvider();
    TlsEngine engine = TlsEngine.of(careless);
    EngineFactory client =
        EngineFactory.of(
            EngineLookup.of(careless).adapter(),
            TlsConfig.client().withEngine(engine),
            new Material(List.of(), null, trusting()));
    assertThatThrownBy(() -> client.newEngine("server.test", 443))
        .isInstanceOf(TlsConfigException.class)
        .hasMessageContaining("does not check the server's name");
    EngineFactory server =
        EngineFactory.of(
            EngineLookup.of(careless).adapter(),
            TlsConfig.server(SERVER)
                .withEngine(engine)
                .withTrustManager(trusting())
                .withClientAuth(ClientAuth.NEED),
            new Material(List.of(SERVER), null, trusting()));
    assertThatThrownBy(() -> server.newEngine(null, -1))
        .isInstanceOf(TlsConfigException.class)
        .hasMessageContaining("does not require client certificates");
  }

  /** In the words of the JDK, which differ by one. */
  @Test
  void aServerWithoutACertificateIsNotTakenForAClientWithoutOne() {
    try (EnginePair pair =
        pair(
            context("jdk", TlsConfig.client(), null, trusting()),
            context("jdk", TlsConfig.server(SERVER), SERVER, null),
            "server.test")) {
      SSLException byServer = new SSLHandshakeException("Empty server certificate chain");
      SSLException byClient = new SSLHandshakeException("Empty client certificate chain");
      assertThat(pair.client().session().failure(byServer, true).error())
          .isEqualTo(TlsError.PROTOCOL);
      assertThat(pair.server().session().failure(byClient, true).error())
          .isEqualTo(TlsError.CLIENT_CERTIFICATE_REQUIRED);
    }
  }

  @Test
  void aMissingClientCertificateIsNotTakenForAnotherFailure() {
    for (String engine : List.of("jdk", "conscrypt", "bouncycastle")) {
      TlsConfig config =
          TlsConfig.server(SERVER)
              .withProtocols("TLSv1.2")
              .withTrustManager(trusting())
              .withClientAuth(ClientAuth.NEED);
      EngineFactory server = context(engine, config, SERVER, trusting());
      EngineFactory client = context("jdk", TlsConfig.client(), CLIENT, trusting());
      assertThat(config.role()).isEqualTo(Role.SERVER);
      try (EnginePair pair = pair(client, server, "server.test").handshake()) {
        assertThat(pair.server().agreed().peerCertificates()).isEqualTo(CLIENT.certificates());
      }
    }
  }
}
