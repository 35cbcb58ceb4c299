// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script at the root, in a folder of its own with a jar and a JVM that only tell. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class ScriptTest {
  @TempDir Path temp;
  private Path root;
  private Path home;

  @BeforeEach
  void layOut() throws Exception {
    root = Files.createDirectories(temp.resolve("a project"));
    executable(root.resolve("plywire"), Files.readString(Path.of("..", "plywire")));
    Files.createFile(root.resolve("pom.xml"));
    Files.createDirectories(root.resolve("cli/target/lib"));
    Files.createFile(root.resolve("cli/target/plywire.jar"));
    home = Files.createDirectories(temp.resolve("jdk"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
    executable(home.resolve("bin/java"), "#!/bin/sh\necho $$; for a; do echo \"[$a]\"; done\n");
  }

  private static void executable(Path file, String text) throws Exception {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private record Ended(long pid, int exitCode, String out) {}

  private Ended run(Path script, Map<String, String> environment, String... args) throws Exception {
    String[] command = new String[args.length + 1];
    command[0] = script.toString();
    System.arraycopy(args, 0, command, 1, args.length);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(temp.toFile());
    builder.environment().remove("JAVA_OPTS");
    builder.environment().put("JAVA_HOME", home.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.pid(), process.waitFor(), out);
  }

  @Test
  void becomesTheJvmWithOptionsAndArguments() throws Exception {
    Path link = Files.createSymbolicLink(temp.resolve("link"), root.resolve("plywire"));

    Ended ended = run(link, Map.of("JAVA_OPTS", "-Da=b -Xmx64m"), "serve", "two words", "");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.out().lines())
        .containsExactly(
            Long.toString(ended.pid()),
            "[-Da=b]",
            "[-Xmx64m]",
            "[-jar]",
            "[" + root.toRealPath().resolve("cli/target/plywire.jar") + "]",
            "[serve]",
            "[two words]",
            "[]");
  }

  @Test
  void buildsOnceWhatIsMissing() throws Exception {
    Files.delete(root.resolve("cli/target/plywire.jar"));
    executable(
        temp.resolve("bin/mvn"), "#!/bin/sh\necho noise\n: > built\n: > cli/target/plywire.jar\n");
    Map<String, String> path = Map.of("PATH", temp.resolve("bin") + ":" + System.getenv("PATH"));

    Ended first = run(root.resolve("plywire"), path);
    Ended second = run(root.resolve("plywire"), path);

    assertThat(first.out()).contains("plywire: building", "[-jar]").doesNotContain("noise");
    assertThat(root.resolve("built")).exists();
    assertThat(second.out()).doesNotContain("building").contains("[-jar]");
  }

  @Test
  void buildThatFailsIsTold() throws Exception {
    Files.delete(root.resolve("cli/target/plywire.jar"));
    executable(temp.resolve("bin/mvn"), "#!/bin/sh\necho missing semicolon\nexit 1\n");

    Ended ended =
        run(
            root.resolve("plywire"),
            Map.of("PATH", temp.resolve("bin") + ":" + System.getenv("PATH")));

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out())
        .contains("missing semicolon", "the build failed")
        .doesNotContain("[-jar]");
  }

  @ParameterizedTest
  @CsvSource({
    "bench --quick, [echo] [--quick]",
    "bench echo --help, [echo] [--help]",
    "bench, [echo]",
    "bench pieces Mask, [Mask]"
  })
  void handsMeasurementsOver(String typed, String handedOver) throws Exception {
    executable(root.resolve("bench/run"), "#!/bin/sh\nfor a; do echo \"[$a]\"; done\nexit 3\n");

    Ended ended = run(root.resolve("plywire"), Map.of(), typed.split(" "));

    assertThat(ended.out().lines()).containsExactly(handedOver.split(" "));
    assertThat(ended.exitCode()).isEqualTo(3);
  }

  @Test
  void oldJavaIsRefused() throws Exception {
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"1.8.0_392\"\n");

    Ended ended = run(root.resolve("plywire"), Map.of());

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out()).contains("Java 17 or later is needed", "1.8.0_392");
  }

  @Test
  void homeWithoutJavaIsRefused() throws Exception {
    Ended ended = run(root.resolve("plywire"), Map.of("JAVA_HOME", temp + "/nothing"));

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out()).contains("JAVA_HOME is '" + temp + "/nothing'");
  }
}
