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
            new LoadJob(server.port(), 0, cell, security != Security.NONE, kind.unmasks(), 0, 0, 0);
        try (LoadGenerator load = new LoadGenerator(job, Long.MAX_VALUE)) {
          load.converse(2L * cell.connections() * cell.inFlight());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void everyConnectionIsUpgradedAndClosed(ServerKind kind, Security security) throws Exception {
    assumeTrue(kind != ServerKind.NETTY_EPOLL || Epoll.isAvailable(), "no native epoll here");
    try (EchoServer server = kind.start(security, 1)) {
      AcceptJob job = new AcceptJob(server.port(), 0, 3, security != Security.NONE, 0, 0, 0);
      try (Callers callers = new Callers(job)) {
        callers.call(20);
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theFirstOneIsWaitedForHoweverShortTheTime() throws Exception {
    long pid = ProcessHandle.current().pid();
    try (EchoServer server = ServerKind.FLOOR_NIO.start(Security.NONE, 1)) {
      LoadJob load = new LoadJob(server.port(), pid, new Cell(1, 1, 16), false, false, 0, 0, 1e-9);
      try (LoadGenerator generator = new LoadGenerator(load)) {
        assertThat(generator.run().messages()).isPositive();
      }
      AcceptJob accept = new AcceptJob(server.port(), pid, 3, false, 0, 0, 1e-9);
      try (Callers callers = new Callers(accept)) {
        assertThat(callers.run().connections()).isPositive();
      }
    }
  }
}
