// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.dial;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.CancellationType;
import io.plywire.tests.support.Heard;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.Reply;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the observer of a client hears of its connects. */
class ObservedDialTest {
  private static final WebSocketOptions OPTIONS =
      WebSocketOptions.defaults().withTimeouts(Timeouts.none());

  private final Heard heard = new Heard();

  private Dialled dialled() {
    return new Dialled(builder -> builder.options(OPTIONS.withObserver(heard)).redirects(3));
  }

  /** Has a host answer these, one after the other, and agree then. */
  private static void answer(Dialled d, Reply... replies) {
    ArrayDeque<Reply> left = new ArrayDeque<>(List.of(replies));
    d.net.accepting(
        "192.0.2.1",
        Duration.ZERO,
        end -> {
          WebSocketStream server = new WebSocketStream(end, OPTIONS);
          d.servers.add(server);
          Reply next = left.poll();
          if (next == null) {
            server.asyncAccept((error, request) -> {});
          } else {
            server.asyncAccept(opening -> opening.reply(next), (error, request) -> {});
          }
        });
  }

  @Test
  void connectIsToldAfterItsOpening() {
    try (Dialled d = dialled()) {
      answer(d);
      d.connect("ws://192.0.2.1/path");
      d.pass(200);
      assertThat(heard.news())
          .containsExactly(
              "opened CLIENT '/path' 101 in 0",
              "connected ws://192.0.2.1:80/path by [connect, upgrade]");
    }
  }

  @Test
  void redirectIsOneConnectWithTwoOpenings() {
    try (Dialled d = dialled()) {
      answer(d, Reply.of(302).with("Location", "ws://192.0.2.1/other"));
      d.connect("ws://192.0.2.1/");
      d.pass(200);
      assertThat(heard.news())
          .containsExactly(
              "not opened CLIENT '/' 302 in 0: UPGRADE_DECLINED",
              "opened CLIENT '/other' 101 in 0",
              "connected ws://192.0.2.1:80/ by [connect, upgrade, redirect, connect, upgrade]");
    }
  }

  @Test
  void refusalIsToldOfBoth() {
    try (Dialled d = dialled()) {
      answer(d, Reply.forbidden());
      d.connect("ws://192.0.2.1/");
      d.pass(200);
      assertThat(heard.news())
          .containsExactly(
              "not opened CLIENT '/' 403 in 0: UPGRADE_DECLINED",
              "not connected ws://192.0.2.1:80/ by [connect, upgrade]: UPGRADE_DECLINED");
    }
  }

  @Test
  void unknownNameAndCancellationAreTold() {
    try (Dialled d = dialled()) {
      d.connect("ws://nobody.example/");
      d.pass(200);
      assertThat(heard.news())
          .containsExactly("not connected ws://nobody.example:80/ by [resolve]: UNRESOLVED");
      answer(d);
      Recorded<WebSocketStream> connect = d.connect("ws://192.0.2.1/");
      connect.cancel(CancellationType.TERMINAL);
      d.pass(Duration.ofSeconds(1).toMillis());
      assertThat(heard.news()).last().asString().startsWith("not connected").endsWith("ABORTED");
    }
  }

  /** Tokens stand in queries, and reports in logs. */
  @Test
  void reportsNameNoQuery() {
    try (Dialled d = new Dialled(builder -> builder.redirects(1))) {
      answer(d, Reply.of(302).with("Location", "ws://192.0.2.1/b?token=2"), Reply.forbidden());
      Recorded<WebSocketStream> connect = d.connect("ws://192.0.2.1/a?token=1");
      d.pass(200);
      ConnectReport report = ConnectReport.of(connect.error());
      assertThat(report.toString()).contains("/a", "/b").doesNotContain("token");
      assertThat(connect.error().toString()).doesNotContain("token");
    }
  }
}
