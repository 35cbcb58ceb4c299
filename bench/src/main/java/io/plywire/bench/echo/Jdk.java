// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * A JDK that servers run on.
 *
 * @param home its folder
 * @param feature its feature version, such as 17
 * @param version its version in full
 */
record Jdk(Path home, int feature, String version) {
  /** Returns the one that this process runs on. */
  static Jdk own() {
    return new Jdk(
        Path.of(System.getProperty("java.home")),
        Runtime.version().feature(),
        Runtime.version().toString());
  }

  /**
   * Looks at a folder.
   *
   * @throws IllegalArgumentException if there is no JDK of version 17 or later in it
   */
  static Jdk at(Path home) {
    if (!Files.isExecutable(home.resolve("bin/java"))) {
      throw new IllegalArgumentException("'" + home + "' has no bin/java");
    }
    Properties release = new Properties();
    String version;
    int feature;
    try (Reader file = Files.newBufferedReader(home.resolve("release"))) {
      release.load(file);
      version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
      feature = Runtime.Version.parse(version).feature();
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + home + "' does not tell its version: " + e, e);
    }
    if (feature < 17) {
      throw new IllegalArgumentException("'" + home + "' is Java " + version + ", not 17 or later");
    }
    return new Jdk(home, feature, version);
  }

  /** Returns the command that runs a class. */
  List<String> command(List<String> options, String classPath, Class<?> main) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/java").toString());
    command.addAll(options);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    if (feature >= 24) {
      // Libraries that use either get a warning otherwise, or do without.
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-cp", classPath, main.getName()));
    return command;
  }
}
