// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscoveryTest {
  /** A transport that can be found and does nothing. */
  public static class Plain implements TransportProvider {
    private final String name;
    private final int priority;

    public Plain() {
      this("plain", 0);
    }

    Plain(String name, int priority) {
      this.name = name;
      this.priority = priority;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int spiVersion() {
      return 1;
    }

    @Override
    public int priority() {
      return priority;
    }

    @Override
    public Availability availability() {
      return Availability.yes("always");
    }

    @Override
    public Set<Trait> traits() {
      return Set.of();
    }

    @Override
    public Set<String> schemes() {
      return Set.of("ws");
    }

    @Override
    public StreamExecutor executor() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void asyncConnect(Endpoint e, TransportOptions o, Handler<AsyncStream> handler) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Acceptor listen(Endpoint local, TransportOptions options) {
      throw new UnsupportedOperationException();
    }
  }

  /** Says that it cannot work here. */
  public static final class Unavailable extends Plain {
    public Unavailable() {
      super("unavailable", 100);
    }

    @Override
    public Availability availability() {
      return Availability.no("the native library is missing");
    }
  }

  /** Throws when it is made. */
  public static final class Broken extends Plain {
    public Broken() {
      throw new UnsatisfiedLinkError("libbroken.so");
    }
  }

  /** Throws when it is asked. */
  public static final class Rude extends Plain {
    public Rude() {
      super("rude", 100);
    }

    @Override
    public Availability availability() {
      throw new IllegalStateException("availability() must not throw, and does");
    }
  }

  /** Was made for another version of the SPI. */
  public static final class Future extends Plain {
    public Future() {
      super("future", 100);
    }

    @Override
    public int spiVersion() {
      return 2;
    }
  }

  @TempDir Path services;

  private Discovery discover(String... descriptorLines) throws IOException {
    Path descriptor = services.resolve("META-INF/services/io.plywire.spi.TransportProvider");
    Files.createDirectories(descriptor.getParent());
    Files.write(descriptor, List.of(descriptorLines));
    URL[] urls = {services.toUri().toURL()};
    return Discovery.load(List.of(new URLClassLoader(urls, getClass().getClassLoader())));
  }

  @Test
  void brokenProvidersStandInTheReportAndHideNobody() throws IOException {
    Discovery found =
        discover(
            Broken.class.getName(),
            Rude.class.getName(),
            "com.example.Missing",
            DiscoveryTest.class.getName(), // no provider at all
            Future.class.getName(),
            Unavailable.class.getName(),
            Plain.class.getName());

    assertThat(found.transport("ws").name()).isEqualTo("plain");
    assertThat(found.report())
        .filteredOn(entry -> entry.status() == Discovery.Status.BROKEN)
        .extracting(Discovery.Entry::name)
        .containsExactlyInAnyOrder(
            Broken.class.getName(),
            "rude",
            "com.example.Missing",
            DiscoveryTest.class.getName(),
            "future");
    assertThat(found.toString())
        .contains("libbroken.so")
        .contains("must not throw, and does")
        .contains("made for version 2")
        .contains("the native library is missing")
        .contains("com.example.Missing");
  }

  @Test
  void providerOfAnUnknownClassVersionStandsInTheReport() throws IOException {
    String name = Plain.class.getName();
    byte[] bytes;
    try (InputStream in =
        getClass().getClassLoader().getResourceAsStream(name.replace('.', '/') + ".class")) {
      bytes = in.readAllBytes();
    }
    bytes[6] = 0x7F; // the major version
    ClassLoader loader =
        new ClassLoader(getClass().getClassLoader()) {
          @Override
          protected Class<?> loadClass(String wanted, boolean resolve)
              throws ClassNotFoundException {
            return wanted.equals(name)
                ? defineClass(wanted, bytes, 0, bytes.length)
                : super.loadClass(wanted, resolve);
          }
        };
    discover(name);
    Discovery found =
        Discovery.load(List.of(new URLClassLoader(new URL[] {services.toUri().toURL()}, loader)));
    assertThat(found.report()).hasSize(1);
    assertThat(found.report().get(0).status()).isEqualTo(Discovery.Status.BROKEN);
    assertThat(found.report().get(0).reason()).contains("UnsupportedClassVersionError");
  }

  @Test
  void highestPriorityWinsAndTiesGoToTheFirstName() {
    Plain low = new Plain("a", 0);
    Plain high = new Plain("z", 7);
    Plain alsoHigh = new Plain("y", 7);
    assertThat(Discovery.of(low, high, alsoHigh).transport("ws")).isSameAs(alsoHigh);
    assertThat(Discovery.of(low, high, alsoHigh).transportNamed("a")).isSameAs(low);
  }

  @Test
  void propertyNamesATransportAndWhatItNamesMustBeThere() {
    Discovery found = Discovery.of(new Plain("a", 0), new Plain("b", 7), new Unavailable());
    try {
      System.setProperty(Discovery.TRANSPORT_PROPERTY, " a ");
      assertThat(found.transport("ws").name()).isEqualTo("a");
      System.setProperty(Discovery.TRANSPORT_PROPERTY, "c");
      assertThatThrownBy(() -> found.transport("ws"))
          .isInstanceOf(ProviderException.class)
          .hasMessageContaining("'c'")
          .hasMessageContaining(Discovery.TRANSPORT_PROPERTY);
      System.setProperty(Discovery.TRANSPORT_PROPERTY, "unavailable");
      assertThatThrownBy(() -> found.transport("ws"))
          .isInstanceOf(ProviderException.class)
          .hasMessageContaining("the native library is missing");
    } finally {
      System.clearProperty(Discovery.TRANSPORT_PROPERTY);
    }
  }

  @Test
  void whoFindsNothingLearnsWhereWasLookedAndWhatWasRefused() throws IOException {
    Discovery found = discover(Unavailable.class.getName());
    assertThatThrownBy(() -> found.transport("ws"))
        .isInstanceOf(ProviderException.class)
        .hasMessageContaining("'ws'")
        .hasMessageContaining("unavailable")
        .hasMessageContaining("the native library is missing")
        .hasMessageContaining("class loader")
        .hasMessageContaining("META-INF/services/io.plywire.spi.TransportProvider");
    assertThatThrownBy(() -> Discovery.of().transport("ws"))
        .hasMessageContaining("plywire-spi-nio");
    assertThatThrownBy(() -> Discovery.of().layer("tls")).hasMessageContaining("'tls'");
  }

  @Test
  void providersAreFoundFromAThreadOfTheCommonPool() throws Exception {
    Discovery here = Discovery.load();
    Discovery there = CompletableFuture.supplyAsync(Discovery::load).get();
    assertThat(there.schemes()).isEqualTo(here.schemes());
  }

  @Test
  void aClassThatTwoLoadersShareIsReportedOnce() throws IOException {
    discover(Plain.class.getName());
    URL[] urls = {services.toUri().toURL()};
    ClassLoader parent = new URLClassLoader(urls, getClass().getClassLoader());
    ClassLoader child = new URLClassLoader(urls, parent);
    assertThat(Discovery.load(List.of(parent, child)).report()).hasSize(1);
  }
}
