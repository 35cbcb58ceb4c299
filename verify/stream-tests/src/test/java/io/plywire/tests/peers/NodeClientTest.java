// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plywire.tests.support.Echo;
import io.plywire.tests.support.Network;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The WebSocket client of Node.js, where it is installed, talks to our server. */
@Timeout(60)
class NodeClientTest {
  private static final String CONVERSATION =
      """
      const ws = new WebSocket(process.argv[1], ['chat', 'superchat']);
      ws.binaryType = 'arraybuffer';
      const sizes = [0, 1, 125, 126, 65535, 65536, 1 << 20];
      const sent = sizes.flatMap(n => [
        'x'.repeat(n),
        Uint8Array.from({length: n}, (_, i) => (i * 31 + n) & 255)]);
      let at = 0;
      const same = (a, b) => typeof a === 'string'
        ? a === b
        : b instanceof ArrayBuffer && Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
      const next = () => at < sent.length ? ws.send(sent[at]) : ws.close(3001, 'enough');
      ws.onopen = () => { console.log('protocol ' + ws.protocol); next(); };
      ws.onmessage = e => {
        if (!same(sent[at], e.data)) { console.log('message ' + at + ' is damaged'); process.exit(1); }
        at++;
        next();
      };
      ws.onerror = e => console.log('error ' + (e.message || e.error));
      ws.onclose = e => console.log(`closed ${e.code} '${e.reason}' ${e.wasClean}, ${at} echoes`);
      """;

  private static final String LISTENING =
      """
      const ws = new WebSocket(process.argv[1]);
      ws.onclose = e => console.log(`closed ${e.code} '${e.reason}' ${e.wasClean}`);
      """;

  private static List<String> node;

  @BeforeAll
  static void findNode() throws Exception {
    for (List<String> command :
        List.of(List.of("node"), List.of("node", "--experimental-websocket"))) {
      try {
        if (run(command, "process.exit(typeof WebSocket === 'function' ? 0 : 1)", "")
            .endsWith("0")) {
          node = command;
          return;
        }
      } catch (IOException e) {
        assumeTrue(false, "node is not installed: " + e.getMessage());
      }
    }
    assumeTrue(false, "this node has no WebSocket client");
  }

  /** Returns what the script printed, and its exit status. */
  private static String run(List<String> command, String script, String argument)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of("--no-warnings", "-e", script, argument));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (InputStream output = process.getInputStream()) {
      String printed = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(Network.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      return printed + "exit " + process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void messagesSubprotocolAndCloseAreUnderstood() throws Exception {
    try (Network network = new Network(Network.Kind.TCP)) {
      Echo echo = new Echo();
      WebSocketServer server = network.listen(Network.options().withSubprotocols("chat"), echo);
      assertThat(run(node, CONVERSATION, server.endpoint().toString()))
          .isEqualTo("protocol chat\nclosed 3001 '' true, 14 echoes\nexit 0");
      WebSocketException end = (WebSocketException) Network.get(echo.first().ended);
      assertThat(end.outcome().received()).isEqualTo(new CloseReason(3001, "enough"));
    }
  }

  @Test
  void theCloseOfTheServerIsUnderstood() throws Exception {
    try (Network network = new Network(Network.Kind.TCP)) {
      WebSocketServer server =
          network.listen(
              Network.options(),
              (stream, request) ->
                  stream.asyncClose(
                      new CloseReason(4999, "go away"), (error, outcome) -> stream.abort()));
      assertThat(run(node, LISTENING, server.endpoint().toString()))
          .isEqualTo("closed 4999 'go away' true\nexit 0");
    }
  }
}
