// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.WebSocketStream;
import org.junit.jupiter.api.Test;

/** Both sides send more than the wire holds, and ask each other for signs of life meanwhile. */
class CrossedPingsTest {
  @Test
  void pingsThatCrossDuringLongFramesBlockNeitherSide() {
    try (Harness h = new Harness(1000)) {
      WebSocketStream client = h.client(Harness.quiet().withAutoFragment(false));
      WebSocketStream server = h.server(Harness.quiet().withAutoFragment(false));
      h.open(client, server);
      Recorded<Void> clientPing = h.ping(client, "from the client");
      Recorded<Void> serverPing = h.ping(server, "from the server");
      Recorded<Long> clientWrite = h.write(client, "c".repeat(100_000));
      Recorded<Long> serverWrite = h.write(server, "s".repeat(100_000));
      h.run();
      clientPing.result();
      serverPing.result();
      Received atClient = h.read(client);
      Received atServer = h.read(server);
      h.run();
      assertThat(clientWrite.result()).isEqualTo(100_000);
      assertThat(serverWrite.result()).isEqualTo(100_000);
      assertThat(atClient.text()).hasSize(100_000);
      assertThat(atServer.text()).hasSize(100_000);
      assertThat(h.fromClient.briefs()).containsExactly("PING(15)", "TEXT(100000)", "PONG(15)");
      assertThat(h.fromServer.briefs()).containsExactly("PING(15)", "TEXT(100000)", "PONG(15)");
    }
  }
}
