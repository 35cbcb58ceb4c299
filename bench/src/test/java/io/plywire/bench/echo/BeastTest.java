// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.plywire.bench.echo.load.Load;
import io.plywire.bench.echo.server.Program.NotInstalledException;
import io.plywire.bench.echo.server.ServerKind;
import io.plywire.bench.echo.wire.Security;
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
  private static final Cores CORES = Cores.chosen();
  private static final List<Cell> CELLS =
      List.of(
          new Cell(3, 16, 1, 2),
          new Cell(1, 2, 126),
          new Cell(1, 2, 70_000),
          new Cell(1, 1, (1 << 20) + 1));

  @BeforeAll
  static void compile() throws Exception {
    try {
      assertThat(Objects.requireNonNull(ServerKind.BEAST.program()).version())
          .contains("Boost 1.", "OpenSSL ", "g++ ");
    } catch (NotInstalledException e) {
      abort("no Boost.Beast here: " + e.getMessage());
    }
  }

  private static ServerProcess start(Security security) throws Exception {
    return new ServerProcess(
        new Subject(ServerKind.BEAST, Jdk.own(), security, 1), CORES, List.of());
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "OPENSSL"})
  void everyMessageComesBackAsItWas(Security security) throws Exception {
    try (ServerProcess server = start(security)) {
      for (Cell cell : CELLS) {
        try (Load load = Load.of(server.target(), cell)) {
          do {
            load.measure(0.05);
          } while (load.result().cpuMicros() == 0); // the kernel accounts at ticks

          assertThat(load.result().count()).as(cell.toString()).isPositive();
        }
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
}
