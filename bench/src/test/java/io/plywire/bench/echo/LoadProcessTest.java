// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.bench.echo.load.AcceptJob;
import io.plywire.bench.echo.load.LoadJob;
import io.plywire.bench.echo.server.EchoServer;
import io.plywire.bench.echo.server.ServerKind;
import io.plywire.bench.echo.wire.Security;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
class LoadProcessTest {
  private static final Cores CORES = new Cores(List.of(), List.of(), "not pinned");
  private static final long PID = ProcessHandle.current().pid(); // whose time does not matter here

  private static LoadJob echo(int port) {
    return new LoadJob(port, PID, new Cell(2, 2, 16), false, false);
  }

  @Test
  void jobsOfSeveralServersTakeTurns() throws Exception {
    try (EchoServer one = ServerKind.FLOOR_NIO.start(Security.NONE, 1);
        EchoServer other = ServerKind.FLOOR_NIO.start(Security.NONE, 1);
        LoadProcess load = new LoadProcess(CORES)) {
      load.begin(echo(one.port()));
      load.begin(new AcceptJob(other.port(), PID, 3, false));
      load.warmUp(one.port(), 0, 100);
      for (int i = 0; i < 3; i++) {
        load.measure(one.port(), 0.001);
        load.measure(other.port(), 0.001);
      }

      assertThat(load.end(one.port()).count()).isGreaterThanOrEqualTo(3);
      assertThat(load.end(other.port()).count()).isGreaterThanOrEqualTo(3);
      assertThatThrownBy(() -> load.end(one.port())).hasMessageContaining("there is no job for");
    }
  }

  @Test
  void aJobThatFailedIsOverAndTheOthersGoOn() throws Exception {
    try (EchoServer one = ServerKind.FLOOR_NIO.start(Security.NONE, 1);
        LoadProcess load = new LoadProcess(CORES)) {
      int gone;
      try (EchoServer other = ServerKind.FLOOR_NIO.start(Security.NONE, 1)) {
        gone = other.port();
        load.begin(echo(one.port()));
        load.begin(echo(gone));
      }

      assertThatThrownBy(() -> load.measure(gone, 0.001)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> load.measure(gone, 0.001)).hasMessageContaining("there is no job");
      load.measure(one.port(), 0.001);
      assertThat(load.end(one.port()).count()).isPositive();
    }
  }

  @Test
  void oneThatEndedIsStartedAgain() throws Exception {
    try (EchoServer server = ServerKind.FLOOR_NIO.start(Security.NONE, 1);
        LoadProcess load = new LoadProcess(CORES)) {
      ProcessHandle generator = ProcessHandle.current().children().findFirst().orElseThrow();
      generator.destroyForcibly();
      generator.onExit().join();
      assertThatThrownBy(() -> load.begin(echo(server.port()))).isInstanceOf(IOException.class);

      load.revive();

      load.begin(echo(server.port()));
      load.measure(server.port(), 0.001);
      assertThat(load.end(server.port()).count()).isPositive();
    }
    assertThat(ProcessHandle.current().children()).isEmpty();
  }
}
