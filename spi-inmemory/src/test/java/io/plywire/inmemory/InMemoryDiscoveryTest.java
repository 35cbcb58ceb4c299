// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.spi.Provider;
import io.plywire.spi.Trait;
import io.plywire.spi.TransportProvider;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class InMemoryDiscoveryTest {
  private static final String SERVICE = TransportProvider.class.getName();

  @Test
  void moduleAndClassPathAnnounceTheSameProvider() throws IOException, URISyntaxException {
    Path classes =
        Path.of(
            InMemoryTransport.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    ModuleDescriptor module =
        ModuleFinder.of(classes).find("io.plywire.inmemory").orElseThrow().descriptor();
    List<String> ofModule =
        module.provides().stream()
            .filter(provides -> provides.service().equals(SERVICE))
            .flatMap(provides -> provides.providers().stream())
            .toList();
    List<String> ofClassPath =
        Files.readAllLines(classes.resolve("META-INF/services").resolve(SERVICE));
    assertThat(ofModule).containsExactly(InMemoryTransport.class.getName());
    assertThat(ofClassPath).isEqualTo(ofModule);
  }

  @Test
  void serviceLoaderFindsTheProvider() {
    assertThat(ServiceLoader.load(TransportProvider.class))
        .filteredOn(InMemoryTransport.class::isInstance)
        .singleElement()
        .satisfies(
            provider -> {
              assertThat(provider.name()).isEqualTo("inmemory");
              assertThat(provider.schemes()).containsExactly("ws+memory");
              assertThat(provider.spiVersion()).isEqualTo(Provider.SPI_VERSION);
              assertThat(provider.availability().available()).isTrue();
              assertThat(provider.executor()).isSameAs(InMemoryLoop.shared());
              assertThat(provider.traits())
                  .containsExactlyInAnyOrder(
                      Trait.TOTAL_CANCELLATION,
                      Trait.PARTIAL_CANCELLATION,
                      Trait.READINESS,
                      Trait.HALF_CLOSE,
                      Trait.LISTEN);
            });
  }
}
