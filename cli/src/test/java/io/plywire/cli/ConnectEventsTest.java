// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.cli.Cli.Result;
import io.plywire.cli.Cli.Running;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code connect --json} and {@code --one}. */
@Timeout(60)
class ConnectEventsTest {
  private static final String ANY = "ws://127.0.0.1:0/";

  private static RawServer sending(int... frames) throws Exception {
    return new RawServer(
        (self, socket) -> {
          RawServer.upgrade(socket);
          RawServer.send(socket, frames);
          RawServer.drain(socket);
        });
  }

  @Test
  void openedTellsAddressAndSubprotocol() throws Exception {
    try (RawServer server = sending(0x81, 1, 'a', 0x88, 2, 0x03, 0xE8)) {
      Result result = Cli.run("", "connect", "--json", "--one", server.url());

      assertThat(result.out().lines().findFirst().orElse(""))
          .matches(
              "\\{\"event\":\"opened\",\"url\":\"ws://127.0.0.1:\\d+/\","
                  + "\"address\":\"127.0.0.1:\\d+\",\"subprotocol\":null,\"extensions\":\\[\\],"
                  + "\"took_ms\":[0-9.E-]+\\}");
    }
  }

  @Test
  void eventsOfAWholeConversation() throws Exception {
    try (RawServer server =
        sending(
            0x81, 3, 'a', '"', '\n', 0x82, 2, 0xCA, 0xFE, 0x89, 1, 'p', 0x8A, 0, 0x88, 4, 0x03,
            0xE8, 'o', 'k')) {
      try (Running client = Cli.start(new Silence(), "connect", "--json", server.url())) {
        assertThat(client.nextLine()).startsWith("{\"event\":\"opened\"");
        assertThat(client.nextLine())
            .isEqualTo("{\"event\":\"message\",\"kind\":\"text\",\"text\":\"a\\\"\\n\"}");
        assertThat(client.nextLine())
            .isEqualTo("{\"event\":\"message\",\"kind\":\"binary\",\"base64\":\"yv4=\"}");
        assertThat(client.nextLine()).isEqualTo("{\"event\":\"ping\",\"base64\":\"cA==\"}");
        assertThat(client.nextLine()).isEqualTo("{\"event\":\"pong\",\"base64\":\"\"}");
        assertThat(client.nextLine())
            .isEqualTo(
                "{\"event\":\"close\",\"code\":1000,\"reason\":\"ok\",\"by\":\"server\","
                    + "\"clean\":true}");
        assertThat(client.exitCode()).isZero();
        assertThat(client.err()).isEmpty();
      }
    }
  }

  @Test
  void failureComesLast() throws Exception {
    Result result = Cli.run("", "connect", "--json", "ws://server.invalid/");

    result.failedInOneLine(ExitCode.NOT_CONNECTED);
    assertThat(result.out().lines()).hasSize(1);
    assertThat(result.out())
        .startsWith(
            "{\"event\":\"error\",\"exit_code\":4,\"condition\":\"CONNECT_FAILED\",\"message\":\"")
        .contains(
            "\"stage\":\"resolve\",\"status\":null,\"steps\":[{\"stage\":\"resolve\","
                + "\"subject\":\"server.invalid\",")
        .endsWith("\"}]}\n");
  }

  @Test
  void connectionThatBreaksIsCloseAndError() throws Exception {
    try (RawServer server = new RawServer((self, socket) -> RawServer.upgrade(socket))) {
      Result result = Cli.run(new Silence(), "connect", "--json", server.url());

      result.failedInOneLine(ExitCode.LOST);
      assertThat(result.out().lines().skip(1).toList())
          .satisfiesExactly(
              close ->
                  assertThat(close)
                      .isEqualTo(
                          "{\"event\":\"close\",\"code\":1006,\"reason\":\"\",\"by\":null,"
                              + "\"clean\":false}"),
              error -> assertThat(error).contains("\"exit_code\":8", "CONNECTION_LOST"));
    }
  }

  @Test
  void refusalTellsItsStatus() throws Exception {
    try (RawServer server =
        new RawServer(
            (self, socket) -> {
              RawServer.head(socket);
              RawServer.send(socket, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
              RawServer.drain(socket);
            })) {
      Result result = Cli.run("", "connect", "--json", server.url() + "chat");

      result.failedInOneLine(ExitCode.REFUSED);
      assertThat(result.out()).contains("\"stage\":\"upgrade\",\"status\":404");
      assertThat(result.err()).contains("404 Not Found; check the path of the URL: /chat");
    }
  }

  @Test
  void pongsTellTheRoundTripTime() throws Exception {
    try (Running server = Cli.serve("--url", ANY);
        Running client =
            Cli.start(new Silence(), "connect", server.url(), "--json", "--ping", "0.01")) {
      assertThat(client.nextLine()).contains("opened");
      assertThat(client.nextLine())
          .matches("\\{\"event\":\"pong\",\"base64\":\".*\",\"round_trip_ms\":[0-9.E-]+\\}");
    }
  }

  @Test
  void oneMessageIsTheEnd() throws Exception {
    try (RawServer server = sending(0x81, 1, 'a', 0x81, 1, 'b', 0x88, 2, 0x03, 0xE8)) {
      Result result = Cli.run(new Silence(), "connect", "--one", server.url());
      assertThat(result.exitCode()).as(result.err()).isZero();
      assertThat(result.out()).isEqualTo("a\n");
    }
    try (Running server = Cli.serve("--url", ANY)) {
      Result result = Cli.run("first\nsecond\n", "connect", "--one", server.url());
      assertThat(result.exitCode()).as(result.err()).isZero();
      assertThat(result.out()).isEqualTo("first\n");
    }
  }

  @Test
  void endWithoutTheOneMessageIsAFailure() throws Exception {
    try (RawServer server = sending(0x88, 2, 0x03, 0xE8)) {
      Result result = Cli.run("", "connect", "--one", server.url());

      assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(result.err()).contains("closed before a message came");
    }
  }
}
