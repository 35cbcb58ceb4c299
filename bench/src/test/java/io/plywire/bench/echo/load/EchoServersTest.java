// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.plywire.bench.echo.Cell;
import io.plywire.bench.echo.server.EchoServer;
import io.plywire.bench.echo.server.ServerKind;
import io.plywire.bench.echo.wire.Security;
import java.io.IOException;
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
          new Cell(1, 1, (1 << 20) + 1),
          new Cell(2, 4, 1_000, 0, true));

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
    List<Cell> cells = security == Security.NONE ? PLAIN : SECURE;
    try {
      converse(kind, security, 1, cells);
    } catch (IOException e) {
      if (kind != ServerKind.JAVA_WEBSOCKET) {
        throw e;
      }
      // On a busy machine it now and then forgets a connection that it has to write to.
      converse(kind, security, 1, cells);
    }
  }

  @ParameterizedTest
  @MethodSource("serversWithLoops")
  void everyLoopEchoes(ServerKind kind, Security security) throws Exception {
    converse(kind, security, 3, List.of(new Cell(7, 2, 100)));
  }

  private static Target target(EchoServer server, ServerKind kind, Security security) {
    long pid = ProcessHandle.current().pid();
    return new Target(server.port(), pid, security != Security.NONE, kind.unmasks());
  }

  private static void converse(ServerKind kind, Security security, int loops, List<Cell> cells)
      throws Exception {
    assumeTrue(kind != ServerKind.NETTY_EPOLL || Epoll.isAvailable(), "no native epoll here");
    try (EchoServer server = kind.start(security, loops)) {
      for (Cell cell : cells) {
        try (Load load = new EchoLoad(target(server, kind, security), cell, Long.MAX_VALUE)) {
          load.work(2L * cell.connections() * cell.inFlight());
          assertThat(load.underWay()).isZero();
          load.requireIdle();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void everyConnectionIsUpgradedAndClosed(ServerKind kind, Security security) throws Exception {
    assumeTrue(kind != ServerKind.NETTY_EPOLL || Epoll.isAvailable(), "no native epoll here");
    try (EchoServer server = kind.start(security, 1)) {
      try (Load load = Load.of(target(server, kind, security), Cell.comingAndGoing(3))) {
        load.work(20);
        assertThat(load.underWay()).isZero();
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theFirstOneIsWaitedForHoweverShortTheTime() throws Exception {
    try (EchoServer server = ServerKind.FLOOR_NIO.start(Security.NONE, 1)) {
      Target target = target(server, ServerKind.FLOOR_NIO, Security.NONE);
      for (Cell cell : List.of(new Cell(1, 1, 16), Cell.comingAndGoing(3))) {
        try (Load load = Load.of(target, cell)) {
          load.measure(1e-9);
          assertThat(load.result().count()).isPositive();
        }
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void serversTakeTurns() throws Exception {
    Cell cell = new Cell(3, 4, 16);
    try (EchoServer one = ServerKind.FLOOR_NIO.start(Security.NONE, 1);
        EchoServer other = ServerKind.FLOOR_WS_NIO.start(Security.NONE, 1);
        Load first = Load.of(target(one, ServerKind.FLOOR_NIO, Security.NONE), cell);
        Load second = Load.of(target(other, ServerKind.FLOOR_WS_NIO, Security.NONE), cell)) {
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

  @Test
  void idleConnectionsThatTheServerEndedAreTold() throws Exception {
    try (EchoServer server = ServerKind.FLOOR_NIO.start(Security.NONE, 1);
        Load load = Load.of(target(server, ServerKind.FLOOR_NIO, Security.NONE), Cell.silent(3))) {
      load.requireIdle();
      server.stop().stop();

      await(load);
    }
  }

  /** The server's thread ends connections a moment later. */
  private static void await(Load load) {
    for (; ; Thread.onSpinWait()) {
      try {
        load.requireIdle();
      } catch (IOException e) {
        assertThat(e).hasMessageMatching("the server had ended [123] of 3 idle connections");
        return;
      }
    }
  }

  @Test
  void serverThatIsGoneIsTold() throws Exception {
    Target target;
    try (EchoServer server = ServerKind.FLOOR_NIO.start(Security.NONE, 1)) {
      target = target(server, ServerKind.FLOOR_NIO, Security.NONE);
      try (Load load = Load.of(target, new Cell(2, 2, 16))) {
        server.stop().stop();

        assertThatThrownBy(() -> load.warmUp(10, 0)).isInstanceOf(IOException.class);
      }
    }
  }
}
