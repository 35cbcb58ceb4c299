// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.spi.Acceptor;
import io.plywire.spi.Availability;
import io.plywire.spi.Discovery;
import io.plywire.spi.Provider;
import io.plywire.spi.Trait;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.tck.StreamPair;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Untested;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What a provider says about itself, and how it is found: P1. */
final class Providing {
  private static final String SERVICE = TransportProvider.class.getName();

  private Providing() {}

  static List<Experiment> all() {
    return List.of(
        check("P1.1", "answersAreProperAndStable", Providing::answers),
        check("P1.2", "availabilityIsRepeatable", Providing::availability),
        check("P1.2", "availabilityOnAThreadOfTheCommonPool", Providing::onCommonPool),
        check("P1.3", "descriptorAndModuleDeclarationAgree", Providing::declarations),
        check("P1.4", "foundBesideBrokenNeighbours", Providing::neighbours),
        check("P1.5", "makingAProviderStartsNoThread", Providing::cheap),
        check("P1.6", "instancesLeaveEachOtherAlone", Providing::instances, Trait.LISTEN));
  }

  private static void answers(Scene scene) {
    TransportProvider provider = Providers.of(scene).provider();
    String name = provider.name();
    scene.check(
        name.matches("[a-z][a-z0-9.-]*") && name.equals(name.toLowerCase(Locale.ROOT)),
        "'%s' is no lower-case name",
        name);
    scene.check(
        provider.spiVersion() == Provider.SPI_VERSION,
        "made for version %d of the SPI, this is %d",
        provider.spiVersion(),
        Provider.SPI_VERSION);
    scene.check(!provider.schemes().isEmpty(), "it serves no scheme");
    for (String scheme : provider.schemes()) {
      scene.check(
          scheme.equals("ws") || scheme.startsWith("ws+"),
          "'%s' is no scheme without security",
          scheme);
    }

    scene.check(
        answersOf(provider).equals(answersOf(provider)), "it answers differently the second time");
    scene.check(!provider.toString().isBlank(), "toString() says nothing");
  }

  private static List<Object> answersOf(TransportProvider provider) {
    return List.of(provider.name(), provider.schemes(), provider.traits(), provider.priority());
  }

  private static void availability(Scene scene) {
    TransportProvider provider = Providers.of(scene).provider();
    Availability first = provider.availability();
    scene.check(first.available(), "it says that it is not available: %s", first.reason());
    scene.check(!first.reason().isBlank(), "availability() gives no reason");
    for (int i = 0; i < 100; i++) {
      scene.check(provider.availability().equals(first), "availability() changes its mind");
    }
  }

  private static void onCommonPool(Scene scene) throws Exception {
    TransportProvider provider = Providers.of(scene).provider();
    boolean there =
        CompletableFuture.supplyAsync(
                () -> withoutContextLoader(() -> provider.availability().available()))
            .get(scene.environment().patience().toNanos(), TimeUnit.NANOSECONDS);
    scene.check(there, "it is not available without a context class loader");
  }

  /** Calls something on a thread that has no context class loader. */
  static <T> T withoutContextLoader(Supplier<T> call) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(null);
    try {
      return call.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  // ---- discovery

  private static Class<?> discovered(Scene scene) {
    Providers providers = Providers.of(scene);
    if (!providers.subject().isDiscovered()) {
      throw new Untested("the subject was made of an object, not discovered");
    }
    return providers.provider().getClass();
  }

  private static void declarations(Scene scene) throws Exception {
    Class<?> type = discovered(scene);
    URI place = type.getProtectionDomain().getCodeSource().getLocation().toURI();
    URL descriptor =
        new URL(
            Files.isDirectory(Path.of(place))
                ? place + "META-INF/services/" + SERVICE
                : "jar:" + place + "!/META-INF/services/" + SERVICE);
    try (InputStream in = descriptor.openStream()) {
      List<String> classPath = names(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      scene.check(
          classPath.contains(type.getName()), "META-INF/services of %s names %s", place, classPath);
      Optional<List<String>> modulePath = provided(Path.of(place));
      scene.check(
          modulePath.isEmpty() || modulePath.get().equals(classPath),
          "module-info provides %s and META-INF/services names %s",
          modulePath.orElse(List.of()),
          classPath);
    } catch (FileNotFoundException e) {
      throw scene.violation(
          scene.rule(), "beside " + type.getName() + " there is no " + descriptor);
    }
  }

  private static List<String> names(String descriptor) {
    return descriptor
        .lines()
        .map(line -> line.replaceFirst("#.*", "").strip())
        .filter(line -> !line.isEmpty())
        .toList();
  }

  /** Returns what the module declaration provides; empty if there is none. */
  private static Optional<List<String>> provided(Path place) {
    try {
      return ModuleFinder.of(place).findAll().stream()
          .map(ModuleReference::descriptor)
          .filter(descriptor -> !descriptor.isAutomatic())
          .findAny()
          .map(Providing::providers);
    } catch (FindException e) {
      return Optional.empty(); // a folder or jar that cannot be a module
    }
  }

  private static List<String> providers(ModuleDescriptor descriptor) {
    return descriptor.provides().stream()
        .filter(provides -> provides.service().equals(SERVICE))
        .flatMap(provides -> provides.providers().stream())
        .toList();
  }

  private static void neighbours(Scene scene) throws Exception {
    Class<?> type = discovered(scene);
    Path folder = Files.createTempDirectory("tck");
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Path descriptor =
        Files.writeString(
            services.resolve(SERVICE), "not.there.BrokenTransport\n" + type.getName() + "\n");
    try (URLClassLoader isolated =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, type.getClassLoader())) {
      // As on a container's thread: no loader but the one that was asked for is of any help.
      Discovery discovery = withoutContextLoader(() -> Discovery.load(List.of(isolated)));
      scene.check(
          discovery.report().stream()
              .anyMatch(e -> e.provider() != null && e.provider().getClass() == type),
          "it is not found beside a broken one: %s",
          discovery);
    } finally {
      for (Path each : List.of(descriptor, services, services.resolve(".."), folder)) {
        Files.deleteIfExists(each.normalize());
      }
    }
  }

  private static void cheap(Scene scene) throws Exception {
    Class<?> type = discovered(scene);
    long before = ManagementFactory.getThreadMXBean().getThreadCount();
    for (int i = 0; i < 100; i++) {
      type.getConstructor().newInstance();
    }
    long after = ManagementFactory.getThreadMXBean().getThreadCount();
    scene.check(after < before + 50, "%d threads before, %d after making 100", before, after);
  }

  /** Uses two instances by turns; then one of them is used no more. */
  private static void instances(Scene scene) throws Exception {
    Class<?> type = discovered(scene);
    Providers one = Providers.of(scene);
    Providers other = one.ofAnother((TransportProvider) type.getConstructor().newInstance());
    Acceptor ones = one.listen();
    Acceptor others = other.listen();
    Outcome<AsyncStream> onesAccept = one.accept(ones);
    Outcome<AsyncStream> othersAccept = other.accept(others);
    Outcome<AsyncStream> onesConnect = one.connect(ones.localEndpoint());
    Outcome<AsyncStream> othersConnect = other.connect(others.localEndpoint());
    Link onesLink = scene.link(new StreamPair(onesConnect.value(), onesAccept.value()));
    Link othersLink = scene.link(new StreamPair(othersConnect.value(), othersAccept.value()));
    onesLink.converse();
    othersLink.converse();
    othersLink.close();
    others.close();
    onesLink.converse();
    Outcome<AsyncStream> again = one.accept(ones);
    one.converse(one.connect(ones.localEndpoint()).value(), again.value());
  }
}
