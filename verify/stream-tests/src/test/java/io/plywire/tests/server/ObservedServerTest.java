// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Heard;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Reply;
import io.plywire.websocket.ServerLimits;
import io.plywire.websocket.ServerLimits.Overflow;
import io.plywire.websocket.WebSocketOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the observer of a server hears of those who come. */
class ObservedServerTest {
  private final Heard heard = new Heard();
  private final WebSocketOptions observed = Harness.quiet().withObserver(heard);

  @Test
  void openingsAndEndsAreTold() throws Exception {
    try (ServerHarness h = new ServerHarness(observed, b -> b)) {
      h.open();
      h.executor.advance(Duration.ofSeconds(2));
      h.opened.get(0).asyncRead((error, message) -> {});
      h.clients.get(0).asyncClose(CloseReason.NORMAL, (error, outcome) -> {});
      h.run();
      assertThat(heard.news())
          .containsExactly(
              "opened SERVER '/' 101 in 0",
              "received CLOSE",
              "sent CLOSE",
              "closed 1000 after 2000");
    }
  }

  @Test
  void refusalsAreTold() throws Exception {
    try (ServerHarness h =
        new ServerHarness(
            observed, b -> b.onRequest(opening -> opening.reply(Reply.unauthorized("Basic"))))) {
      h.connect(ServerHarness.URI);
      assertThat(heard.news()).containsExactly("not opened SERVER '/' 401 in 0: REQUEST_REFUSED");
    }
  }

  @Test
  void tooManyAreToldAsOpeningsIfTheyAreAnswered() throws Exception {
    ServerLimits one = ServerLimits.none().withConnections(1);
    try (ServerHarness h = new ServerHarness(observed, b -> b.limits(one))) {
      h.open();
      heard.news();
      h.connect(ServerHarness.URI);
      assertThat(heard.news()).containsExactly("not opened SERVER '/' 503 in 0: REQUEST_REFUSED");
    }
  }

  @Test
  void tooManyAreToldAsTurnedAwayIfTheyAreNot() throws Exception {
    ServerLimits one = ServerLimits.none().withConnections(1).withOverflow(Overflow.CLOSE);
    try (ServerHarness h = new ServerHarness(observed, b -> b.limits(one))) {
      h.open();
      heard.news();
      h.connect(ServerHarness.URI);
      assertThat(heard.news()).containsExactly("accept failed: REFUSED");
    }
  }
}
