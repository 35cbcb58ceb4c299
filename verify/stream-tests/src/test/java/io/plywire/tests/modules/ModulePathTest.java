// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.modules;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.adapters.jdk.JdkWebSockets;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.jzlib.JzlibEngine;
import io.plywire.layers.ProxyProtocol;
import io.plywire.nio.NioTransport;
import io.plywire.stream.AsyncStream;
import io.plywire.tests.support.Network;
import io.plywire.tests.tls.Wss;
import io.plywire.tls.TlsStream;
import java.io.File;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The published modules on the module path of a JVM of its own, as an application has them that is
 * a module itself: it stands in {@code src/test/modules/app}.
 */
@Timeout(120)
class ModulePathTest {
  private static final String[] URIS = {"wss://localhost:0/", "wss+memory://localhost/"};

  @TempDir private static Path folder;
  @TempDir private static Path outside;
  private static String identity;
  private static Path quiet;

  @BeforeAll
  static void compile() throws Exception {
    Path sources = Path.of("src/test/modules/app").toAbsolutePath();
    // Annotations are of no use at run time, and are missing there on purpose.
    List<Path> modules = new ArrayList<>(published());
    modules.add(home(Nullable.class));
    List<String> arguments = new ArrayList<>(List.of("-d", folder.toString()));
    arguments.addAll(List.of("--module-path", path(modules), "-Xlint:all", "-Werror"));
    try (Stream<Path> files = Files.walk(sources)) {
      files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
    }
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    assertThat(javac.run(System.out, System.err, arguments.toArray(String[]::new))).isZero();
    identity = Wss.file(outside, Wss.SERVER);
    // BouncyCastle tells of the JVM and of each connection.
    quiet = Files.writeString(outside.resolve("logging.properties"), "handlers=\n");
  }

  /** Where the published modules are, and what they require; no engine. */
  private static List<Path> published() throws Exception {
    List<Path> found = new ArrayList<>();
    for (Class<?> type :
        List.of(
            AsyncStream.class,
            NioTransport.class,
            InMemoryTransport.class,
            TlsStream.class,
            JzlibEngine.class,
            ProxyProtocol.class,
            JdkWebSockets.class,
            Class.forName("com.jcraft.jzlib.Deflater"),
            Class.forName("org.slf4j.Logger"))) {
      found.add(home(type));
    }
    return found;
  }

  private static Path home(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static String path(List<Path> entries) {
    return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  /** Runs the application, and returns what it printed and how it ended. */
  private static String run(String engine, List<Path> more, String... options) throws Exception {
    List<Path> modules = new ArrayList<>(published());
    modules.addAll(more);
    modules.add(folder);
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-Djava.util.logging.config.file=" + quiet);
    line.addAll(List.of(options));
    line.addAll(
        List.of("--module-path", path(modules), "-m", "io.plywire.app/io.plywire.app.Main"));
    line.addAll(List.of(engine, identity));
    line.addAll(List.of(URIS));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (InputStream output = process.getInputStream()) {
      String printed = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(Network.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      return printed.replaceAll("SLF4J.*\\R", "") + "exit " + process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static String conversations(String engine) {
    StringBuilder text =
        new StringBuilder("application: module io.plywire.app, TLS: module io.plywire.tls\n");
    for (String uri : URIS) {
      text.append(uri).append(": 6000 characters by " + engine + " in TLSv1.3\n");
      text.append("adapters: module io.plywire.adapters\n");
    }
    return text + "exit 0";
  }

  private static List<Path> engine(String... classes) throws Exception {
    List<Path> jars = new ArrayList<>();
    for (String name : classes) {
      jars.add(home(Class.forName(name)));
    }
    return jars;
  }

  @Test
  void jdk() throws Exception {
    assertThat(run("jdk", List.of())).isEqualTo(conversations("jdk"));
  }

  /** As in a runtime image that was made without it. */
  @Test
  void withoutTheFlightRecorder() throws Exception {
    String modules = "io.plywire.app,io.plywire.nio,io.plywire.inmemory,jdk.crypto.ec";
    String[] options = {"--limit-modules", modules, "--show-module-resolution"};
    assertThat(run("jdk", List.of(), options))
        .contains("root io.plywire.app")
        .doesNotContain("jdk.jfr")
        .endsWith(conversations("jdk"));
    assertThat(run("jdk", List.of(), "--show-module-resolution", "--add-modules", "jdk.jfr"))
        .contains("root jdk.jfr")
        .endsWith(conversations("jdk"));
  }

  @Test
  void conscrypt() throws Exception {
    List<Path> jars = engine("org.conscrypt.Conscrypt");
    List<String> options = new ArrayList<>(List.of("--add-modules", "org.conscrypt"));
    if (Runtime.version().feature() >= 22) {
      options.addAll(List.of("--enable-native-access", "org.conscrypt"));
    }
    assertThat(run("conscrypt", jars, options.toArray(String[]::new)))
        .isEqualTo(conversations("conscrypt"));
  }

  @Test
  void bouncyCastle() throws Exception {
    List<Path> jars =
        engine(
            "org.bouncycastle.jsse.provider.BouncyCastleJsseProvider",
            "org.bouncycastle.jce.provider.BouncyCastleProvider",
            "org.bouncycastle.asn1.cms.CMSObjectIdentifiers");
    assertThat(run("bouncycastle", jars, "--add-modules", "org.bouncycastle.tls"))
        .isEqualTo(conversations("bouncycastle"));
  }

  @ParameterizedTest
  @CsvSource({
    "conscrypt, org.conscrypt:conscrypt-openjdk-uber, org.conscrypt",
    "bouncycastle, org.bouncycastle:bctls-jdk18on, org.bouncycastle.tls"
  })
  void missingEngineIsToldWithWhatToAdd(String engine, String artifact, String module)
      throws Exception {
    assertThat(run(engine, List.of()))
        .contains("the TLS engine '" + engine + "' is not available")
        .contains(artifact)
        .contains("--add-modules " + module)
        .endsWith("exit 0");
  }
}
