// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.spi.TransportProvider;
import io.plywire.tck.TckSubject;
import io.plywire.tck.TransportSubject;
import io.plywire.tck.made.Disturbing;
import io.plywire.tck.made.NeedsContextLoader;
import io.plywire.tck.made.StartsThread;
import io.plywire.tck.made.Undeclared;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;

/**
 * Defects in how providers are found and made. Each of these providers lives in a folder and a
 * class loader of its own, for discovery in other tests must not find it.
 */
final class BrokenDiscovery {
  private BrokenDiscovery() {}

  /** Made once: every one of them has files and a class loader. */
  private static final List<Broken> ALL =
      List.of(
          found("the provider is not declared", "P1.3", Undeclared.class, "other.Transport"),
          found("the provider is declared nowhere", "P1.3", Undeclared.class, null),
          moduleThatProvidesNothing(
              "the module provides nothing, and META-INF/services names it",
              "P1.3",
              Undeclared.class),
          found(
              "an instance closes the acceptors of the one before",
              "P1.6",
              Disturbing.class,
              Disturbing.class.getName()),
          found(
              "making it needs the context class loader",
              "P1.4",
              NeedsContextLoader.class,
              NeedsContextLoader.class.getName()),
          found(
              "making it starts a thread",
              "P1.5",
              StartsThread.class,
              StartsThread.class.getName()));

  static List<Broken> all() {
    return ALL;
  }

  /** Lets go of what the provider of a subject holds; no application could. */
  static void cleanUp(TckSubject subject) throws Exception {
    if (subject instanceof TransportSubject transport
        && transport.provider() instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }

  private static Broken found(
      String defect, String rule, Class<? extends TransportProvider> type, String declared) {
    return new Broken(defect, rule, subject(defect, type, declared));
  }

  private static Broken moduleThatProvidesNothing(
      String defect, String rule, Class<? extends TransportProvider> type) {
    return new Broken(defect, rule, subject(defect, type, type.getName(), "module made.alone {}"));
  }

  private static TckSubject subject(
      String name, Class<? extends TransportProvider> type, String declared) {
    return subject(name, type, declared, null);
  }

  private static TckSubject subject(
      String name, Class<? extends TransportProvider> type, String declared, String module) {
    try {
      Path folder = Files.createTempDirectory("tck-made");
      String file = type.getName().replace('.', '/') + ".class";
      Path target = folder.resolve(file);
      Files.createDirectories(target.getParent());
      try (InputStream in = type.getClassLoader().getResourceAsStream(file)) {
        Files.copy(in, target);
      }
      if (declared != null) {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(
            services.resolve(TransportProvider.class.getName()), declared + System.lineSeparator());
      }
      if (module != null) {
        compile(folder, module);
      }
      try (java.util.stream.Stream<Path> made = Files.walk(folder)) {
        made.forEach(each -> each.toFile().deleteOnExit());
      }
      Class<?> own = new Apart(folder, type).loadClass(type.getName());
      TransportProvider provider = (TransportProvider) own.getConstructor().newInstance();
      return TransportSubject.ofEachScheme(provider).get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(name, e);
    }
  }

  /** Makes the descriptor of a module. */
  private static void compile(Path folder, String module) throws IOException {
    Path source = Files.createTempDirectory("tck-module").resolve("module-info.java");
    Files.writeString(source, module);
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", folder.toString(), source.toString());
    if (failed != 0) {
      throw new IOException("cannot compile " + module);
    }
    Files.delete(source);
    Files.delete(source.getParent());
  }

  /** Loads one class from its own folder, and all others where they are. */
  private static final class Apart extends URLClassLoader {
    private final String own;

    Apart(Path folder, Class<?> type) throws MalformedURLException {
      super(new URL[] {folder.toUri().toURL()}, type.getClassLoader());
      own = type.getName();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded == null && name.equals(own)) {
          loaded = findClass(name);
        }
        return loaded == null ? super.loadClass(name, resolve) : loaded;
      }
    }
  }
}
