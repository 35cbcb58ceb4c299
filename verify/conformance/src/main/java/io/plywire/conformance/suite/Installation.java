// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.suite;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Where the build has put what is needed.
 *
 * @param module the folder of this module
 * @param classes our own classes and the driver of the suite, a folder or a jar
 * @param jars the suite, and the Python that runs it
 */
public record Installation(Path module, Path classes, List<Path> jars) {
  /**
   * Finds it: the jars are in {@code target/suite}, beside our own classes.
   *
   * @throws SuiteException if a jar is missing
   */
  public static Installation find() throws SuiteException {
    Path classes;
    try {
      classes =
          Path.of(Installation.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
    return in(classes);
  }

  static Installation in(Path classes) throws SuiteException {
    Path target = parent(classes.toAbsolutePath());
    List<Path> jars =
        List.of(
            target.resolve("suite").resolve("autobahntestsuite.jar"),
            target.resolve("suite").resolve("jython.jar"));
    for (Path jar : jars) {
      if (!Files.isReadable(jar)) {
        throw new SuiteException(
            jar
                + " is missing; 'mvn -pl conformance -am -DskipTests package' fetches it from Maven"
                + " Central, once, and needs the network for that");
      }
    }
    return new Installation(parent(target), classes, jars);
  }

  private static Path parent(Path path) {
    return Objects.requireNonNull(path.getParent(), () -> path + " has no parent");
  }

  /** Returns the class path of the suite's own JVM. */
  String classPath() {
    StringBuilder path = new StringBuilder(classes.toString());
    jars.forEach(jar -> path.append(File.pathSeparatorChar).append(jar));
    return path.toString();
  }
}
