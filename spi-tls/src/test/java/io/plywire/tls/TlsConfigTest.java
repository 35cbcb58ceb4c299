// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.certificates.MadeCertificate;
import io.plywire.certificates.MadeCertificate.Kind;
import io.plywire.stream.Role;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The settings, their defaults, and what is refused. */
class TlsConfigTest extends TlsTestBase {
  private static final char[] PASSWORD = "secret".toCharArray();

  @Test
  void defaultsAreSafe() {
    TlsConfig client = TlsConfig.client();
    assertThat(client.role()).isEqualTo(Role.CLIENT);
    assertThat(client.engine()).isEqualTo(TlsEngine.jdk());
    assertThat(client.protocols()).containsExactly("TLSv1.3", "TLSv1.2");
    assertThat(client.applicationProtocols()).containsExactly("http/1.1");
    assertThat(client.requireApplicationProtocol()).isFalse();
    assertThat(client.verifyHostName()).isTrue();
    assertThat(client.resumption()).isTrue();
    assertThat(client.handshakeTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(client.taskExecutor()).isNull();
    assertThat(client.keyLog()).isNull();
    assertThat(client.cipherSuites()).isEmpty();
    assertThat(client.groups()).isEmpty();
    assertThat(client.toString()).contains("verifyHostName=true");

    TlsConfig server = TlsConfig.server(identity(SERVER));
    assertThat(server.role()).isEqualTo(Role.SERVER);
    assertThat(server.clientAuth()).isEqualTo(ClientAuth.NONE);
    assertThat(server.verifyHostName()).isFalse();
  }

  @Test
  void everyEngineEnablesGoodCipherSuitesOnly() {
    for (TlsEngine engine : TlsEngine.all()) {
      TlsContext client = TlsContext.of(TlsConfig.client().withEngine(engine));
      String[] enabled = client.newEngine("server.test", 443).engine().getEnabledCipherSuites();
      assertThat(enabled)
          .as(engine.name())
          .isNotEmpty()
          .allMatch(suite -> suite.matches("TLS_(ECDHE_\\w+_WITH_)?(AES_\\d+_GCM|CHACHA20)\\w+"));
    }
  }

  @Test
  void aConfigurationDoesNotChange() {
    TlsConfig config = TlsConfig.client();
    TlsConfig changed = config.withVerifyHostName(false).withProtocols("TLSv1.2");
    assertThat(config.verifyHostName()).isTrue();
    assertThat(config.protocols()).hasSize(2);
    assertThat(changed.verifyHostName()).isFalse();
    assertThat(changed.protocols()).containsExactly("TLSv1.2");
  }

  @Test
  void impossibleSettingsAreRefused() {
    refused(() -> TlsConfig.client().withProtocols("TLSv1.1"), "TLSv1.1 is refused");
    refused(() -> TlsConfig.client().withProtocols(), "no protocol version");
    refused(() -> TlsConfig.client().withHandshakeTimeout(Duration.ofSeconds(-1)), "negative");
    refused(() -> TlsConfig.client().withApplicationProtocols("x".repeat(256)), "1 to 255");
    refused(
        () ->
            TlsContext.of(
                TlsConfig.client().withApplicationProtocols().withRequireApplicationProtocol(true)),
        "none is given");
    refused(() -> TlsConfig.client().withTrust(List.of()), "no certificate to trust");
    refused(() -> TlsContext.of(TlsConfig.server(List.of())), "a server needs a certificate");
    refused(
        () -> TlsContext.of(TlsConfig.server(identity(SERVER)).withClientAuth(ClientAuth.WANT)),
        "whom to trust");
    refused(() -> identity(SERVER).withNames("no name"), "'no name'");
    refused(() -> TlsContext.of(TlsConfig.client()).newEngine(null, -1), "which host");
  }

  @Test
  void settingsOfTheOtherSideAreRefused() {
    TlsConfig server = TlsConfig.server(identity(SERVER));
    refused(() -> server.withVerifyHostName(false), "verifyHostName is for a CLIENT, not a SERVER");
    refused(
        () -> TlsConfig.client().withClientAuth(ClientAuth.NONE),
        "clientAuth is for a SERVER, not a CLIENT");
  }

  @Test
  void whatAnEngineCannotDoIsRefusedWhenItIsSetUp() {
    for (TlsEngine engine : TlsEngine.all()) {
      setUpRefused(engine, c -> c.withCipherSuites("TLS_NONE_SUCH"), "TLS_NONE_SUCH");
      setUpRefused(
          engine,
          c -> c.withCipherSuites("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
          "for TLSv1.3");
      setUpRefused(engine, c -> c.withGroups("x25519", "nonesuch"), "nonesuch");
      if (!engine.features().keyLog()) {
        setUpRefused(engine, c -> c.withKeyLog(line -> {}), "cannot log keys");
      }
    }
    setUpRefused(
        TlsEngine.conscrypt(),
        c -> c.withProtocols("TLSv1.3").withCipherSuites("TLS_AES_128_GCM_SHA256"),
        "no choice of cipher suites");
  }

  private static void setUpRefused(
      TlsEngine engine, UnaryOperator<TlsConfig> settings, String part) {
    TlsConfig config = settings.apply(TlsConfig.client().withEngine(engine));
    refused(() -> TlsContext.of(config), part);
  }

  private static void refused(ThrowingCallable code, String part) {
    assertThatThrownBy(code).isInstanceOf(TlsConfigException.class).hasMessageContaining(part);
  }

  @Test
  void keysOfAnotherCertificateAreRefused() {
    MadeCertificate other = CA.issue(Kind.P256, "other.test");
    MadeCertificate rsa = CA.issue(Kind.RSA, "other.test");
    refused(() -> TlsIdentity.of(other.key(), SERVER.chain()), "does not belong");
    refused(() -> TlsIdentity.of(rsa.key(), SERVER.chain()), "the RSA key does not belong");
    refused(() -> TlsIdentity.of(SERVER.key(), List.of()), "no certificate");
  }

  @Test
  void identitiesTellNoSecrets() {
    assertThat(identity(SERVER).toString())
        .startsWith("TlsIdentity[CN=server.test, EC, valid until ");
    assertThat(identity(SERVER).withNames("*.Given.test").toString())
        .endsWith(", for [*.given.test]]");
  }

  @Test
  void keyStoresAndKeyManagersAreTaken() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("server", SERVER.key(), PASSWORD, SERVER.chain().toArray(new Certificate[0]));
    store.setCertificateEntry("ca", CA.certificate());
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, PASSWORD);
    X509KeyManager manager = (X509KeyManager) factory.getKeyManagers()[0];

    TlsConfig client = TlsConfig.client().withTrust(store);
    for (TlsConfig server :
        List.of(TlsConfig.server(TlsIdentity.all(store, PASSWORD)), TlsConfig.server(manager))) {
      try (EnginePair pair = shake(client, server)) {
        assertThat(pair.client().agreed().peerCertificates()).isEqualTo(SERVER.chain());
      }
    }
    TlsConfig both = TlsConfig.server(manager).withIdentities(TlsIdentity.all(store, PASSWORD));
    refused(() -> TlsContext.of(both), "give one");
    refused(() -> TlsIdentity.all(store, "wrong".toCharArray()), "gives out no key");
    KeyStore empty = KeyStore.getInstance("PKCS12");
    empty.load(null, null);
    refused(() -> TlsIdentity.all(empty, PASSWORD), "no private key");
    refused(() -> TlsConfig.client().withTrust(empty), "no certificate");
  }

  @Test
  void theJdksTrustIsTheDefault() {
    try (EnginePair pair = shake(TlsConfig.client(), TlsConfig.server(identity(SERVER)))) {
      EnginePairsTest.assertFailed(pair.client(), TlsError.CERTIFICATE_UNTRUSTED);
    }
    try (EnginePair pair =
        shake(TlsConfig.insecureClient(), TlsConfig.server(identity(SERVER)), "wrong.test")) {
      assertThat(pair.client().agreed().peerCertificates()).isEqualTo(SERVER.chain());
    }
  }
}
