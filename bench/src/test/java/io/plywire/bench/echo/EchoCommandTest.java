// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(60)
class EchoCommandTest {
  @TempDir Path temp;
  private final StringWriter out = new StringWriter();

  private int run(String... args) {
    CommandLine line = EchoCommand.newCommandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(out));
    return line.execute(args);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void measuresWithProcessesOfItsOwn() {
    int exitCode =
        run(
            "--server=plywire,floor-nio",
            "--cell=2x2x16B",
            "--rounds=1",
            "--warm-up=0.05",
            "--seconds=0.05",
            "--out=" + temp);

    assertThat(exitCode).as(out.toString()).isZero();
    assertThat(out.toString()).contains("2x2x16B floor-nio", "| floor-nio (", " 1.00 |");
    assertThat(temp.resolve("results.md")).isNotEmptyFile();
    assertThat(temp.resolve("results.json")).isNotEmptyFile();
    assertThat(ProcessHandle.current().descendants()).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void measuresIdleConnections() {
    int exitCode = run("--idle=10", "--server=floor-nio", "--rounds=1", "--out=" + temp);

    assertThat(exitCode).as(out.toString()).isZero();
    assertThat(out.toString())
        .contains("1 round; besides -XX", "10 idle floor-nio", "| floor-nio (");
    assertThat(temp.resolve("idle.md")).isNotEmptyFile();
    assertThat(ProcessHandle.current().descendants()).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void measuresConnectionsThatComeAndGo() {
    int exitCode =
        run(
            "--accept=4",
            "--server=plywire,floor-nio",
            "--rounds=1",
            "--warm-up=0.05",
            "--seconds=0.05",
            "--out=" + temp);

    assertThat(exitCode).as(out.toString()).isZero();
    assertThat(out.toString()).contains("4 at once floor-nio", "| floor-nio (", " | 1.00 |");
    assertThat(temp.resolve("accept.md")).isNotEmptyFile();
    assertThat(temp.resolve("accept.json")).isNotEmptyFile();
    assertThat(ProcessHandle.current().descendants()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          --server=nobody, "'--server' (NAME): there is no 'nobody'; choose from [plywire, plywire-counted, plywire-recorded, floor-nio,"
          --cell=64x1, "'--cell' (CELL): '64x1' is not CONNECTIONSxIN-FLIGHTxSIZE[+IDLE]"
          --cell=1x1x16X, "'1x1x16X' is not"
          --tls=none --tls=ssl3, "(ENGINE): there is no 'ssl3'; choose from [none, jdk, conscrypt,"
          --server=tyrus --tls=jdk, there is no tyrus + jdk (
          --rounds=0, --rounds 0 is less than 1
          --seconds=0, --seconds 0.0 is not above 0
          --cell=0x1x1B, 0 connections are not 1 to
          --cell=1x1x1B --scale, "are mutually exclusive"
          --idle=0, 0 idle connections are not 1 to
          --idle --scale, "are mutually exclusive"
          --accept=0, 0 connections under way are not 1 to
          --accept --cell=1x1x1B, "are mutually exclusive"
          --idle --accept, "are mutually exclusive"
          --loops=0, --loops 0 is not 1 to
          --server=jetty --loops=2, "there is no jetty, 2 loops ("
          --java=/nowhere, '/nowhere' has no bin/java
          --beside=/nowhere, "'/nowhere' has no plywire-bench.jar in bench/target: has it been built?"
          --bogus, Unknown option
          """)
  void wrongUsageIsTold(String args, String why) {
    assertThat(run(args.split(" "))).isEqualTo(2);
    assertThat(out.toString()).contains(why);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void serverThatDoesNotStartIsToldAndTheOthersAreMeasured() throws Exception {
    Path java = temp.resolve("bin/java");
    Files.createDirectories(temp.resolve("bin"));
    Files.writeString(java, "#!/bin/sh\necho so it is >&2\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(temp.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");

    int exitCode =
        run(
            "--server=floor-nio",
            "--java=" + temp,
            "--java=" + System.getProperty("java.home"),
            "--cell=1x1x16B",
            "--rounds=1",
            "--warm-up=0.05",
            "--seconds=0.05",
            "--out=" + temp);

    assertThat(exitCode).as(out.toString()).isEqualTo(1);
    assertThat(out.toString())
        .contains(
            "floor-nio (25): FAILED: floor-nio (25) ended, or said nothing for 60 s; it wrote:",
            "  so it is")
        .contains("| floor-nio (17) | 1.00 |".replace("17", "" + Runtime.version().feature()));
  }

  @Test
  void serversHaveAsManyProcessorsAsLoops() {
    Cores cores = new Cores("x", List.of("3", "2", "1"));

    assertThat(cores.server(1)).containsExactly("taskset", "-c", "3");
    assertThat(cores.server(2)).containsExactly("taskset", "-c", "3,2");
    assertThat(cores.server(9)).containsExactly("taskset", "-c", "3,2,1");
    assertThat(cores.describe(1)).isEqualTo("server on processor 3, load generator on processor x");
    assertThat(cores.describe(3)).startsWith("loops of a server on processors 3,2,1, load");
    assertThat(cores.describe(4)).contains("NOTE: there are more loops");
  }

  @Test
  void serversNeedNotBePinned() {
    Cores cores = Cores.chosen(); // by nobody

    assertThat(cores.server(2)).isEmpty();
    assertThat(cores.describe(2)).contains("NOTE: server and load generator are not pinned");
  }
}
