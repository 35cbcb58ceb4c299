// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.spi.Availability;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;

/** Which engines there are, with their jars and without. */
class TlsEngineTest extends TlsTestBase {
  @Test
  void allAreKnownByName() {
    assertThat(TlsEngine.all())
        .extracting(TlsEngine::name)
        .containsExactly("jdk", "conscrypt", "bouncycastle");
    for (TlsEngine engine : TlsEngine.all()) {
      assertThat(TlsEngine.named(engine.name())).isSameAs(engine);
      assertThat(engine.availability())
          .isEqualTo(Availability.yes(engine.name() + " " + engine.version()));
    }
    assertThatThrownBy(() -> TlsEngine.named("openssl"))
        .isInstanceOf(TlsConfigException.class)
        .hasMessageContaining("openssl")
        .hasMessageContaining("[jdk, conscrypt, bouncycastle]");
  }

  @Test
  void featuresAreFoundOut() {
    TlsEngine.Features jdk = TlsEngine.jdk().features();
    assertThat(jdk.protocols()).containsExactly("TLSv1.3", "TLSv1.2");
    assertThat(jdk.groups()).contains("x25519", "secp256r1");
    assertThat(jdk.choosesGroups()).isEqualTo(Runtime.version().feature() >= 20);
    assertThat(jdk.ed25519()).isTrue();
    assertThat(jdk.keyLog()).isFalse();

    TlsEngine.Features conscrypt = TlsEngine.conscrypt().features();
    assertThat(conscrypt.ed25519()).isFalse();
    assertThat(conscrypt.tls13Resumption()).isTrue();

    TlsEngine.Features bouncyCastle = TlsEngine.bouncyCastle().features();
    assertThat(bouncyCastle.tls13Resumption()).isFalse();
    assertThat(bouncyCastle.keyLog()).isTrue();
    assertThat(bouncyCastle.ed25519()).isTrue();
  }

  @Test
  void noProviderIsRegistered() {
    Provider[] before = Security.getProviders();
    for (TlsEngine engine : TlsEngine.all()) {
      shake(
              TlsConfig.client().withEngine(engine).withTrust(List.of(CA.certificate())),
              TlsConfig.server(identity(SERVER)).withEngine(engine))
          .close();
    }
    assertThat(Security.getProviders()).containsExactly(before);
    assertThat(Security.getProviders())
        .extracting(Provider::getName)
        .doesNotContain("Conscrypt", "BC", "BCJSSE");
  }

  @Test
  void providersOfTheCallerAreUsedAsTheyAre() {
    Provider conscrypt = Conscrypt.newProviderBuilder().setName("Conscrypt").build();
    for (Provider provider : List.of(conscrypt, new BouncyCastleJsseProvider())) {
      TlsEngine engine = TlsEngine.of(provider);
      try (EnginePair pair =
          shake(
              TlsConfig.client().withEngine(engine).withTrust(List.of(CA.certificate())),
              TlsConfig.server(identity(SERVER)).withEngine(engine))) {
        pair.send(pair.client(), "hello");
        assertThat(pair.server().received()).isEqualTo("hello");
      }
    }
    TlsEngine none = TlsEngine.of(Security.getProvider("SUN"));
    assertThat(none.availability().available()).isFalse();
    assertThat(none.availability().reason()).contains("SUN", "SSLContext");
    assertThat(TlsEngine.of(Security.getProvider("SunJSSE")).availability().available()).isTrue();
  }

  @Test
  void withoutItsJarAnEngineSaysWhatToAdd() throws Exception {
    try (URLClassLoader without = classPathWithout("conscrypt", "bctls", "bcprov", "bcutil")) {
      assertThat(available(without, "jdk")).isEqualTo("true");
      assertThat(available(without, "conscrypt"))
          .startsWith("false: add the artifact org.conscrypt:conscrypt-openjdk-uber")
          .contains("--add-modules org.conscrypt");
      assertThat(available(without, "bouncycastle"))
          .startsWith("false: add the artifact org.bouncycastle:bctls-jdk18on")
          .contains("--add-modules org.bouncycastle.tls");
      assertThatThrownBy(() -> call(without, "conscrypt", "version"))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .hasMessageStartingWith("the TLS engine 'conscrypt' is not available: add the artifact");
    }
  }

  @Test
  void withoutItsNativeLibraryAnEngineSaysWhy() throws Exception {
    try (URLClassLoader without = classPathWithout("libconscrypt")) {
      assertThat(available(without, "conscrypt"))
          .startsWith("false: org.conscrypt:conscrypt-openjdk-uber does not work here: ")
          .contains("UnsatisfiedLinkError");
      assertThat(available(without, "bouncycastle")).isEqualTo("true");
    }
  }

  /** Loads everything anew but some jars, or resources in them. */
  private static URLClassLoader classPathWithout(String... jars) throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      String file = new File(entry).getName();
      if (List.of(jars).stream().noneMatch(file::startsWith)) {
        urls.add(new File(entry).toURI().toURL());
      }
    }
    return new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader()) {
      @Override
      public URL findResource(String name) {
        boolean hidden = List.of(jars).stream().anyMatch(name::contains);
        return hidden ? null : super.findResource(name);
      }
    };
  }

  private static String available(ClassLoader loader, String name) throws Exception {
    Object availability = call(loader, name, "availability");
    Object yes = availability.getClass().getMethod("available").invoke(availability);
    Object reason = availability.getClass().getMethod("reason").invoke(availability);
    return yes.equals(true) ? "true" : "false: " + reason;
  }

  private static Object call(ClassLoader loader, String name, String method) throws Exception {
    Class<?> type = loader.loadClass("io.plywire.tls.TlsEngine");
    Object engine = type.getMethod("named", String.class).invoke(null, name);
    return type.getMethod(method).invoke(engine);
  }
}
