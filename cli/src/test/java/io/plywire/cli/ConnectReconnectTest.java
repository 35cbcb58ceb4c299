// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.cli.Cli.Result;
import io.plywire.cli.Cli.Running;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code connect --reconnect}. */
@Timeout(120)
class ConnectReconnectTest {
  private static void type(PipedOutputStream lines, String line) throws Exception {
    lines.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    lines.flush();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itSurvivesARestart(boolean json, @TempDir Path folder) throws Exception {
    String url = "ws+unix:" + folder.resolve("s");
    String[] how =
        json
            ? new String[] {"connect", "--reconnect", "--json", url}
            : new String[] {"connect", "--reconnect", url};
    PipedOutputStream lines = new PipedOutputStream();
    try (Running server = Cli.serve("--url", url);
        Running client = Cli.start(new PipedInputStream(lines), how)) {
      type(lines, "one");
      if (json) {
        assertThat(client.nextLine()).contains("\"event\":\"opened\"");
      }
      assertThat(client.nextLine()).contains("one");
      server.stop();
      type(lines, "two"); // waits
      if (json) {
        assertThat(client.nextLine()).contains("\"event\":\"waiting\"", "\"in_ms\":", "1001");
      }
      try (Running again = Cli.serve("--url", url)) {
        assertThat(again.url()).isNotEmpty();
        String line = client.nextLine();
        while (json && !line.contains("\"event\":\"message\"")) { // it may have to wait again
          line = client.nextLine();
        }
        assertThat(line).contains("two");
        lines.close();
        assertThat(client.exitCode()).as(client.err()).isZero();
      }
      if (!json) {
        assertThat(client.err()).contains("closed by the server: 1001").contains("; again in ");
      }
    }
  }

  @Test
  void aRefusalForGoodIsAnEnd() throws Exception {
    try (Running server = Cli.serve("--chat", "--token", "secret", "--url", "ws://127.0.0.1:0/")) {
      Result result = Cli.run(new Silence(), "connect", "--reconnect", server.url() + "nowhere");

      result.failedInOneLine(ExitCode.REFUSED);
      assertThat(result.err()).contains("404");
    }
  }

  @Test
  void oneMessageEndsIt() throws Exception {
    try (Running server = Cli.serve("--url", "ws://127.0.0.1:0/")) {
      Result result = Cli.run("hello\nmore\n", "connect", "--reconnect", "--one", server.url());

      assertThat(result.exitCode()).as(result.err()).isZero();
      assertThat(result.out()).isEqualTo("hello\n");
    }
  }
}
