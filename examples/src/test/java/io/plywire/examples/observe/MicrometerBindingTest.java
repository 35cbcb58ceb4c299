// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.observe;

import static io.plywire.stream.CompletionToken.useBlocking;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an application does shows in Micrometer's registry, in groups that peers cannot grow. */
class MicrometerBindingTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final WebSocketClient client =
      WebSocketClient.builder()
          .options(
              WebSocketOptions.defaults().withObserver(new MicrometerBinding(registry).observer()))
          .build();

  private static void echo(WebSocketStream ws) {
    ws.asyncRead(
        (error, message) -> {
          if (message != null) {
            ws.asyncWrite(message, (failure, bytes) -> echo(ws));
          }
        });
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }

  private double counter(String name, String... tags) {
    return registry.get(name).tags(tags).functionCounter().count();
  }

  @Test
  void aConversationShows() throws IOException {
    try (WebSocketServer server =
        WebSocketServer.listen("ws+memory://metrics/", (ws, request) -> echo(ws))) {
      WebSocketStream ws = client.asyncConnect(server.endpoint(), useBlocking());
      assertThat(gauge("plywire.open")).isEqualTo(1);
      ws.asyncPing(ByteBuffer.wrap(new byte[] {1, 2, 3}), useBlocking());
      for (String text : List.of("hello", "again")) { // the pong comes between them at the latest
        ws.asyncWrite(text, useBlocking());
        assertThat(ws.asyncRead(useBlocking()).text()).isEqualTo(text);
      }
      assertThat(registry.get("plywire.round.trips").timer().count()).isEqualTo(1);
      ws.asyncClose(CloseReason.of(4001), useBlocking());
    }
    assertThat(gauge("plywire.open")).isZero();
    assertThat(counter("plywire.opened")).isEqualTo(1);
    assertThat(counter("plywire.messages", "direction", "sent")).isEqualTo(2);
    assertThat(counter("plywire.bytes", "direction", "received")).isEqualTo(10);
    assertThat(counter("plywire.closed", "code", "4000")).isEqualTo(1); // and all of 4000 to 4999
    assertThat(registry.get("plywire.openings").tag("role", "CLIENT").timer().count()).isEqualTo(1);
    assertThat(registry.getMeters())
        .extracting(Meter::getId)
        .flatExtracting(Meter.Id::getTags)
        .extracting(Tag::getKey)
        .doesNotContain("path", "remote", "uri");
  }

  @Test
  void failuresShowByTheirCondition() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> client.asyncConnect("ws+memory://nobody/", useBlocking()))
          .isInstanceOf(IOException.class);
    }
    assertThat(counter("plywire.connect.failures", "condition", "CONNECT_FAILED")).isEqualTo(2);
  }
}
