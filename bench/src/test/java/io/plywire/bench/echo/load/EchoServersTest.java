// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.plywire.bench.echo.Cell;
import io.plywire.bench.echo.server.EchoServer;
import io.plywire.bench.echo.server.ServerKind;
import io.plywire.bench.echo.wire.Security;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every server, as the load generator meets it: all that it sends back is compared. */
@Timeout(60)
class EchoServersTest {
  private static final List<Cell> PLAIN =
      List.of(
          new Cell(3, 16, 1, 2),
          new Cell(1, 2, 125),
          new Cell(1, 2, 126),
          new Cell(1, 2, 65_535),
          new Cell(1, 2, 65_536),
          new Cell(1, 1, (1 << 20) + 1));

  private static final List<Cell> SECURE =
      List.of(new Cell(2, 16, 16), new Cell(1, 2, 70_000), new Cell(1, 1, (1 << 20) + 1));

  static Stream<Arguments> servers() {
    return Arrays.stream(ServerKind.values())
        .filter(kind -> kind.program() == null) // BeastTest has those
        .flatMap(kind -> kind.securities().stream().map(security -> Arguments.of(kind, security)));
  }

  static Stream<Arguments> serversWithLoops() {
    return servers().filter(each -> ((ServerKind) each.get()[0]).takesLoops());
  }

  @ParameterizedTest
  @MethodSource("servers")
  void everyMessageComesBackAsItWas(ServerKind kind, Security security) throws Exception {
    converse(kind, security, 1, security == Security.NONE ? PLAIN : SECURE);
  }

  @ParameterizedTest
  @MethodSource("serversWithLoops")
  void everyLoopEchoes(ServerKind kind, Security security) throws Exception {
    converse(kind, security, 3, List.of(new Cell(7, 2, 100)));
  }

  private static void converse(ServerKind kind, Security security, int loops, List<Cell> cells)
      throws Exception {
    assumeTrue(kind != ServerKind.NETTY_EPOLL || Epoll.isAvailable(), "no native epoll here");
    try (EchoServer server = kind.start(security, loops)) {
      for (Cell cell : cells) {
        LoadJob job =
            new LoadJob(server.port(), 0, cell, security != Security.NONE, kind.unmasks());
        try (Load load = new EchoLoad(job, Long.MAX_VALUE)) {
          load.work(2L * cell.connections() * cell.inFlight());
          assertThat(load.underWay()).isZero();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void everyConnectionIsUpgradedAndClosed(ServerKind kind, Security security) throws Exception {
    assumeTrue(kind != ServerKind.NETTY_EPOLL || Epoll.isAvailable(), "no native epoll here");
    try (EchoServer server = kind.start(security, 1)) {
      AcceptJob job = new AcceptJob(server.port(), 0, 3, security != Security.NONE);
      try (Load load = new AcceptLoad(job)) {
        load.work(20);
        assertThat(load.underWay()).isZero();
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theFirstOneIsWaitedForHoweverShortTheTime() throws Exception {
    long pid = ProcessHandle.current().pid();
    try (EchoServer server = ServerKind.FLOOR_NIO.start(Security.NONE, 1)) {
      try (Load load =
          new EchoLoad(new LoadJob(server.port(), pid, new Cell(1, 1, 16), false, false))) {
        load.measure(1e-9);
        assertThat(load.result().count()).isPositive();
      }
      try (Load load = new AcceptLoad(new AcceptJob(server.port(), pid, 3, false))) {
        load.measure(1e-9);
        assertThat(load.result().count()).isPositive();
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void serversTakeTurns() throws Exception {
    long pid = ProcessHandle.current().pid();
    Cell cell = new Cell(3, 4, 16);
    try (EchoServer one = ServerKind.FLOOR_NIO.start(Security.NONE, 1);
        EchoServer other = ServerKind.FLOOR_WS_NIO.start(Security.NONE, 1);
        Load first =
            new EchoLoad(new LoadJob(one.port(), pid, cell, false, false), Long.MAX_VALUE);
        Load second =
            new EchoLoad(new LoadJob(other.port(), pid, cell, false, true), Long.MAX_VALUE)) {
      first.warmUp(0, 24);
      for (int i = 1; i <= 3; i++) {
        long before = i == 1 ? 0 : first.result().count();
        first.measure(1e-3);
        second.measure(1e-3);

        assertThat(first.underWay()).isZero();
        assertThat(second.underWay()).isZero();
        assertThat(first.result().count()).isGreaterThan(before);
      }
      assertThat(first.result().seconds()).isGreaterThanOrEqualTo(3e-3);
    }
  }
}
