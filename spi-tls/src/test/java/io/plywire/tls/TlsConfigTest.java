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
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The settings, their defaults, and what is refused. */
class TlsConfigTest extends TlsTestBase {
  private static final char[] PASSWORD = "secret".toCharArray();

  @Test
  void defaultsAreSafe() {
    TlsConfig client = TlsConfig.client().build();
    assertThat(client.role()).isEqualTo(Role.CLIENT);
    assertThat(client.engine()).isEqualTo(TlsEngine.jdk());
    assertThat(client.protocols()).containsExactly("TLSv1.3", "TLSv1.2");
    assertThat(client.applicationProtocols()).containsExactly("http/1.1");
    assertThat(client.requiresApplicationProtocol()).isFalse();
    assertThat(client.verifiesHostName()).isTrue();
    assertThat(client.resumes()).isTrue();
    assertThat(client.handshakeTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(client.taskExecutor()).isNull();
    assertThat(client.keyLog()).isNull();
    assertThat(client.cipherSuites()).isEmpty();
    assertThat(client.groups()).isEmpty();
    assertThat(client.toString()).contains("verifiesHostName=true");

    TlsConfig server = TlsConfig.server().identity(identity(SERVER)).build();
    assertThat(server.role()).isEqualTo(Role.SERVER);
    assertThat(server.clientAuth()).isEqualTo(ClientAuth.NONE);
    assertThat(server.verifiesHostName()).isFalse();
  }

  @Test
  void everyEngineEnablesGoodCipherSuitesOnly() {
    for (TlsEngine engine : TlsEngine.all()) {
      TlsContext client = TlsContext.of(TlsConfig.client().engine(engine).build());
      String[] enabled = client.newSession("server.test", 443).engine().getEnabledCipherSuites();
      assertThat(enabled)
          .as(engine.name())
          .isNotEmpty()
          .allMatch(suite -> suite.matches("TLS_(ECDHE_\\w+_WITH_)?(AES_\\d+_GCM|CHACHA20)\\w+"));
    }
  }

  @Test
  void aBuiltConfigurationDoesNotChange() {
    TlsClientConfigBuilder builder = TlsConfig.client();
    TlsConfig built = builder.build();
    builder.verifyHostName(false).protocols("TLSv1.2");
    assertThat(built.verifiesHostName()).isTrue();
    assertThat(built.protocols()).hasSize(2);
    assertThat(builder.build().verifiesHostName()).isFalse();
  }

  @Test
  void impossibleSettingsAreRefused() {
    refused(() -> TlsConfig.client().protocols("TLSv1.1"), "TLSv1.1 is refused");
    refused(() -> TlsConfig.client().protocols(), "no protocol version");
    refused(() -> TlsConfig.client().handshakeTimeout(Duration.ofSeconds(-1)), "negative");
    refused(() -> TlsConfig.client().applicationProtocols("x".repeat(256)), "1 to 255");
    refused(
        () -> TlsConfig.client().applicationProtocols().requireApplicationProtocol(true).build(),
        "none is given");
    refused(() -> TlsConfig.client().trust(List.of()), "no certificate to trust");
    refused(() -> TlsConfig.server().build(), "a server needs a certificate");
    refused(
        () -> TlsConfig.server().identity(identity(SERVER)).clientAuth(ClientAuth.WANT).build(),
        "whom to trust");
    refused(() -> TlsConfig.server().identity("no name", identity(SERVER)), "'no name'");
    refused(() -> TlsContext.of(TlsConfig.client().build()).newSession(null, -1), "which host");
  }

  @Test
  void whatAnEngineCannotDoIsRefusedWhenItIsSetUp() {
    for (TlsEngine engine : TlsEngine.all()) {
      setUpRefused(engine, c -> c.cipherSuites("TLS_NONE_SUCH"), "TLS_NONE_SUCH");
      setUpRefused(
          engine, c -> c.cipherSuites("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"), "for TLSv1.3");
      setUpRefused(engine, c -> c.groups("x25519", "nonesuch"), "nonesuch");
      if (!engine.features().keyLog()) {
        setUpRefused(engine, c -> c.keyLog(line -> {}), "cannot log keys");
      }
    }
    setUpRefused(
        TlsEngine.conscrypt(),
        c -> c.protocols("TLSv1.3").cipherSuites("TLS_AES_128_GCM_SHA256"),
        "no choice of cipher suites");
  }

  private static void setUpRefused(
      TlsEngine engine, Consumer<TlsClientConfigBuilder> settings, String part) {
    TlsClientConfigBuilder builder = TlsConfig.client().engine(engine);
    refused(
        () -> {
          settings.accept(builder);
          TlsContext.of(builder.build());
        },
        part);
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

    TlsClientConfigBuilder client = TlsConfig.client().trust(store);
    for (TlsServerConfigBuilder server :
        List.of(
            TlsConfig.server().keyStore(store, PASSWORD), TlsConfig.server().keyManager(manager))) {
      try (EnginePair pair = shake(client, server)) {
        assertThat(pair.client().agreed().peerCertificates()).isEqualTo(SERVER.chain());
      }
    }
    refused(
        () -> TlsConfig.server().keyStore(store, PASSWORD).keyManager(manager).build(), "give one");
    refused(() -> TlsConfig.server().keyStore(store, "wrong".toCharArray()), "gives out no key");
    KeyStore empty = KeyStore.getInstance("PKCS12");
    empty.load(null, null);
    refused(() -> TlsConfig.server().keyStore(empty, PASSWORD), "no private key");
    refused(() -> TlsConfig.client().trust(empty), "no certificate");
  }

  @Test
  void theJdksTrustIsTheDefault() {
    try (EnginePair pair =
        shake(TlsConfig.client(), TlsConfig.server().identity(identity(SERVER)))) {
      EnginePairsTest.assertFailed(pair.client(), TlsError.CERTIFICATE_UNTRUSTED);
    }
    try (EnginePair pair =
        shake(
            TlsConfig.client().insecure(),
            TlsConfig.server().identity(identity(SERVER)),
            "wrong.test")) {
      assertThat(pair.client().agreed().peerCertificates()).isEqualTo(SERVER.chain());
    }
  }
}
