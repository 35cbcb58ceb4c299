// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
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
    CommandLine line = new CommandLine(new EchoCommand());
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
    assertThat(out.toString()).contains("2/2 2x2x16B floor-nio", "| floor-nio (", " 1.00 |");
    assertThat(temp.resolve("results.md")).isNotEmptyFile();
    assertThat(temp.resolve("results.json")).isNotEmptyFile();
    assertThat(temp.resolve("ratios.svg")).isNotEmptyFile();
    assertThat(ProcessHandle.current().descendants()).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void measuresIdleConnections() {
    int exitCode = run("--idle=10", "--server=floor-nio", "--rounds=1", "--out=" + temp);

    assertThat(exitCode).as(out.toString()).isZero();
    assertThat(out.toString()).contains("10 connections, 1 round;", "| floor-nio (");
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
    assertThat(out.toString()).contains("4 connections under way", "| floor-nio (", " | 1.00 |");
    assertThat(temp.resolve("accept.md")).isNotEmptyFile();
    assertThat(temp.resolve("accept.json")).isNotEmptyFile();
    assertThat(ProcessHandle.current().descendants()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          --server=nobody, no server 'nobody'
          --cell=64x1, '64x1' is not CONNECTIONSxIN-FLIGHTxSIZE[+IDLE]
          --size=16X, '16X' is not a size
          --tls=none --tls=ssl3, no TLS 'ssl3'
          --server=tyrus --tls=jdk, there is no tyrus + jdk
          --rounds=0, --rounds 0 is less than 1
          --seconds=0, --seconds 0.0 is not above 0
          --connections=0, 0 connections are not 1 to
          --cell=1x1x1B --size=16B, --cell says all
          --scale --size=16B, --scale says all
          --idle=0, --idle 0 is not 1 to
          --idle --scale, --idle is about memory
          --accept=0, --accept 0 is not 1 to
          --accept --cell=1x1x1B, --accept is about connections
          --idle --accept, --idle and --accept are two runs
          --loops=0, --loops 0 is not 1 to
          --server=jetty --loops=2, "there is no jetty, 2 loops ("
          --java=/nowhere, '/nowhere' has no bin/java
          --bogus, Unknown option
          """)
  void wrongUsageIsTold(String args, String why) {
    assertThat(run(args.split(" "))).isEqualTo(2);
    assertThat(out.toString()).contains(why);
  }

  @Test
  void listsOfProcessorsAreRead() {
    assertThat(Cores.parse("0-2,5\n")).containsExactly(0, 1, 2, 5);
  }

  @Test
  void serversHaveAsManyProcessorsAsLoops() {
    Cores cores = new Cores(List.of(3, 2, 1), List.of("taskset", "-c", "0"), "load on 0");

    assertThat(cores.server(1)).containsExactly("taskset", "-c", "3");
    assertThat(cores.server(2)).containsExactly("taskset", "-c", "3,2");
    assertThat(cores.server(9)).containsExactly("taskset", "-c", "3,2,1");
    assertThat(cores.describe(1)).isEqualTo("server on processor 3, load on 0");
    assertThat(cores.describe(3)).endsWith("as they have loops: 3,2,1, load on 0");
    assertThat(cores.describe(4)).contains("NOTE: 4 loops share 3 processors, so throughput");
  }

  @Test
  void serversNeedNotBePinned() {
    Cores cores = new Cores(List.of(), List.of(), "NOTE: not pinned");

    assertThat(cores.server(2)).isEmpty();
    assertThat(cores.describe(2)).isEqualTo("NOTE: not pinned");
  }
}
