// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.stream.Role;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.Reply;
import io.plywire.websocket.RequestHandler;
import io.plywire.websocket.Routes;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A small table sends requests on by their path. */
class RoutesTest {
  private static RequestHandler says(String what) {
    return opening -> opening.reply(Reply.text(200, what));
  }

  private static final Routes ROUTES =
      Routes.none()
          .page("/", says("home"))
          .page("/health", says("healthy"))
          .page("/files/{name}", o -> o.reply(Reply.text(200, "file " + o.parameter("name"))))
          .page("/files/special", says("special"))
          .webSocket(
              "/rooms/{room}/{place}",
              o -> o.reply(Reply.text(409, o.parameter("room") + "+" + o.parameter("place"))))
          .webSocket("/health", says("a WebSocket"));

  private static String answer(String request) {
    try (Harness h = new Harness()) {
      WebSocketStream server = new WebSocketStream(h.serverEnd, Harness.quiet());
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(ROUTES, accept);
      peer.send(request);
      h.run();
      server.abort();
      return peer.receivedText();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/, 200, home",
    "/health, 200, healthy",
    "/he%61lth, 200, healthy",
    "/health?x=1, 200, healthy",
    "/health/, 404, Not Found",
    "/files/a, 200, file a",
    "/files/a%2Fb, 200, file a/b",
    "/files/special, 200, special",
    "/files/, 404, Not Found",
    "/files, 404, Not Found",
    "/rooms/a/b, 426, Upgrade Required",
    "/nothing, 404, Not Found"
  })
  void pages(String path, int status, String body) {
    assertThat(answer("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"))
        .startsWith("HTTP/1.1 " + status + " ")
        .containsPattern("\r\n\r\n" + body + "\n?$");
  }

  @ParameterizedTest
  @CsvSource({
    "/rooms/1/2, 409, 1.2",
    "/rooms/%C3%BC/x, 409, .*.x",
    "/health, 200, a WebSocket",
    "/files/a, 404, Not Found",
    "/, 404, Not Found"
  })
  void webSockets(String path, int status, String body) {
    assertThat(answer(Harness.request().replace("GET /", "GET " + path)))
        .startsWith("HTTP/1.1 " + status + " ")
        .containsPattern("\r\n\r\n" + body + "\n?$");
  }

  @Test
  void upgradeRequiredSaysWhatTo() {
    assertThat(answer("GET /rooms/1/2 HTTP/1.1\r\nHost: a\r\n\r\n"))
        .contains("Upgrade: websocket\r\n", "Connection: Upgrade, keep-alive\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "/a{b}", "/{a", "/{a}/{a}", "/a}"})
  void templatesThatAreNone(String template) {
    assertThatThrownBy(() -> Routes.none().page(template, says("")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(template);
  }

  @Test
  void nothingStandsTwice() {
    assertThatThrownBy(() -> ROUTES.page("/files/{other}", says("")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/files/{name}");
    assertThat(ROUTES)
        .hasToString(
            "Routes[/, /health, /files/special, WebSocket /health, /files/{name},"
                + " WebSocket /rooms/{room}/{place}]");
  }
}
