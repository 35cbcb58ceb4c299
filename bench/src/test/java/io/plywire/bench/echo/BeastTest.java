// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.plywire.bench.echo.load.LoadJob;
import io.plywire.bench.echo.load.LoadResult;
import io.plywire.bench.echo.server.CppProgram;
import io.plywire.bench.echo.server.CppProgram.NotInstalledException;
import io.plywire.bench.echo.server.ServerKind;
import io.plywire.bench.echo.wire.Security;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server of Boost.Beast in the process that runs measure; skipped where it cannot be made. */
@EnabledOnOs(OS.LINUX)
@Timeout(600)
class BeastTest {
  private static final Cores CORES = new Cores(List.of(), List.of(), "any");
  private static final List<Cell> CELLS =
      List.of(
          new Cell(3, 16, 1, 2),
          new Cell(1, 2, 126),
          new Cell(1, 2, 70_000),
          new Cell(1, 1, (1 << 20) + 1));

  @BeforeAll
  static void compile() throws Exception {
    CppProgram program = Objects.requireNonNull(ServerKind.BEAST.program());
    try {
      program.executable(System.out::println);
    } catch (NotInstalledException e) {
      abort("no Boost.Beast here: " + e.getMessage());
    }
  }

  private static ServerProcess start(Security security) throws Exception {
    return new ServerProcess(new Subject(ServerKind.BEAST, Jdk.own(), security, 1), CORES);
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "OPENSSL"})
  void everyMessageComesBackAsItWas(Security security) throws Exception {
    try (ServerProcess server = start(security);
        LoadProcess load = new LoadProcess(CORES)) {
      for (Cell cell : CELLS) {
        boolean tls = security != Security.NONE;
        load.begin(new LoadJob(server.port(), server.pid(), cell, tls, true));
        load.measure(server.port(), 0.05);
        LoadResult result = load.end(server.port());

        assertThat(result.count()).as(cell.toString()).isPositive();
        assertThat(result.cpuMicros()).as(cell.toString()).isPositive();
      }
    }
  }

  @Test
  void memoryIsThatOfTheProcess() throws Exception {
    try (ServerProcess server = start(Security.NONE)) {
      assertThat(server.memory().heap()).isZero();
      assertThat(server.residentBytes()).isPositive();
    }
  }

  @Test
  void saysWhatItIsMadeOf() throws IOException, InterruptedException {
    assertThat(Objects.requireNonNull(ServerKind.BEAST.program()).version())
        .contains("Boost 1.", "OpenSSL ", "g++ ");
  }
}
