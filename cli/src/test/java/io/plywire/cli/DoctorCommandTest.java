// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.cli.Cli.Result;
import io.plywire.cli.Cli.Running;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class DoctorCommandTest {
  private static final String ANY = "ws://127.0.0.1:0/";

  static Result doctor(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "doctor";
    System.arraycopy(args, 0, all, 1, args.length);
    return Cli.run("", all);
  }

  /** Returns the output with runs of space joined, so that it does not matter where lines end. */
  private static String words(Result result) {
    return result.out().replaceAll("\\s+", " ");
  }

  static void ended(Result result, int exitCode, String... words) {
    assertThat(result.exitCode()).as(result.out() + result.err()).isEqualTo(exitCode);
    assertThat(words(result)).contains(words);
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
    assertThat(result.out()).matches("[\\x20-\\x7e\\s]*");
  }

  private static RawServer answering(String head) throws IOException {
    return new RawServer(
        (self, socket) -> {
          RawServer.head(socket);
          RawServer.send(socket, head + "\r\nContent-Length: 0\r\n\r\n");
          RawServer.drain(socket);
        });
  }

  @Test
  void everyStageIsTold() throws Exception {
    try (Running server = Cli.serve("--url", ANY, "--subprotocol", "chat", "--deflate")) {
      String url = server.url().replace("127.0.0.1", "localhost");
      Result result = doctor(url, "--subprotocol", "chat", "--deflate");

      ended(
          result, ExitCode.OK, "localhost: 127.0.0.1", "sub-protocol: chat", "compression agreed");
      assertThat(result.out().lines())
          .containsSubsequence(
              "        > GET / HTTP/1.1",
              "        > Sec-WebSocket-Version: 13",
              "        < HTTP/1.1 101 Switching Protocols",
              "        < Sec-WebSocket-Protocol: chat",
              "All is well.");
      assertThat(result.out())
          .containsPattern("(?m)^  ok    resolve .* ms$")
          .containsPattern("(?m)^  ok    connect       127.0.0.1 port \\d+ .* ms$")
          .containsPattern("(?m)^  ok    upgrade .* ms$")
          .containsPattern("(?m)^  ok    ping          answered .* ms$")
          .containsPattern("(?m)^  ok    close         answered with 1000 .* ms$")
          .doesNotContain("tap");
    }
  }

  @Test
  void credentialsAreHidden() throws Exception {
    try (Running server = Cli.serve("--url", ANY);
        RelayProxy proxy = RelayProxy.http("user:s3cret")) {
      for (String json : new String[] {"--json", "--no-proxy"}) {
        Result result =
            doctor(
                server.url() + "?token=s3cret&x=1",
                json,
                "-H",
                "Authorization: Bearer s3cret",
                "-H",
                "X-Api-Key: s3cret",
                "--proxy",
                "http://user:s3cret@" + proxy.address());
        assertThat(result.exitCode()).as(result.out()).isZero();
        assertThat(result.out())
            .contains("Authorization: ***", "X-Api-Key: ***", "?token=***&x=1")
            .doesNotContain("s3cret", "user");
      }
    }
  }

  @Test
  void redirectsAreToldOneAfterTheOther() throws Exception {
    try (Running server = Cli.serve("--url", ANY);
        RawServer moved = answering("HTTP/1.1 302 Found\r\nLocation: " + server.url())) {
      Result result = doctor("--follow", moved.url());

      ended(result, ExitCode.OK, "302 to " + server.url());
      assertThat(result.out().lines())
          .containsSubsequence(
              "        < HTTP/1.1 302 Found",
              "        > GET / HTTP/1.1",
              "        < HTTP/1.1 101 Switching Protocols",
              "All is well.");
    }
  }

  @Test
  void programsGetAnObject() throws Exception {
    try (Running server = Cli.serve("--url", ANY)) {
      Result result = doctor("--json", server.url());

      assertThat(result.exitCode()).isZero();
      assertThat(result.out().lines()).hasSize(1);
      assertThat(result.out())
          .startsWith("{\"url\":\"" + server.url() + "\",\"ok\":true,\"exit_code\":0,")
          .contains(
              "\"failed_stage\":null",
              "\"steps\":[{\"stage\":\"connect\",",
              "\"tls\":null,\"heads\":[{\"sent\":true,\"lines\":[\"GET / HTTP/1.1\",",
              "\"close\":{\"code\":1000,\"reason\":\"\",\"clean\":true,")
          .containsPattern("\"ping_ms\":[0-9.E-]+,")
          .endsWith("}\n");
    }
    Result failed = doctor("--json", "ws://server.invalid/");
    assertThat(failed.exitCode()).isEqualTo(ExitCode.NOT_CONNECTED);
    assertThat(failed.out())
        .contains(
            "\"ok\":false,\"exit_code\":4,\"failed_stage\":\"resolve\","
                + "\"condition\":\"CONNECT_FAILED\",",
            "\"advice\":[\"check how the host is spelled");
  }

  // ---- what fails

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 No|WWW-Authenticate: Bearer|give credentials for Bearer: -H 'Authorization: ...'",
        "403 No|X: y|check the credentials",
        "404 No|X: y|check the path of the URL: /chat",
        "426 No|Upgrade: h2c|the server wants h2c",
        "426 No|Sec-WebSocket-Version: 14|of version 14",
        "301 No|Location: wss://other.example/|it has moved to wss://other.example/",
        "503 No|Retry-After: 120|try again later, Retry-After: 120",
        "200 OK|X: y|this is a page, no WebSocket"
      })
  void refusalSaysWhatToDo(String status, String field, String advice) throws Exception {
    try (RawServer server = answering("HTTP/1.1 " + status + "\r\n" + field)) {
      ended(
          doctor(server.url() + "chat"),
          ExitCode.REFUSED,
          "FAIL upgrade",
          "< HTTP/1.1 " + status,
          "< " + field,
          "What to do: ",
          advice);
    }
  }

  @Test
  void portWhereNobodyListens() throws Exception {
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = unused.getLocalPort();
    }
    ended(
        doctor("ws://127.0.0.1:" + port + "/"),
        ExitCode.NOT_CONNECTED,
        "FAIL connect 127.0.0.1 port " + port,
        "What to do: nobody listens there");
  }

  @Test
  void hostThatDoesNotExist() {
    ended(
        doctor("ws://server.invalid/"),
        ExitCode.NOT_CONNECTED,
        "FAIL resolve server.invalid",
        "What to do: check how the host is spelled");
  }

  @Test
  void proxyIsAStage() throws Exception {
    try (Running server = Cli.serve("--url", ANY);
        RelayProxy open = RelayProxy.http(null);
        RelayProxy closed = RelayProxy.http("user:password")) {
      ended(
          doctor(server.url(), "--proxy", open.address()),
          ExitCode.OK,
          "connect 127.0.0.1 port " + open.port(),
          "ok http-connect 127.0.0.1 port",
          "All is well.");
      ended(
          doctor(server.url(), "--proxy", closed.address()),
          ExitCode.NOT_CONNECTED,
          "FAIL http-connect",
          "What to do: give name and password: --proxy http://USER:PASSWORD@HOST:PORT");
    }
  }

  @Test
  void serverThatDoesNotAnswer() throws Exception {
    try (RawServer server = new RawServer((self, socket) -> RawServer.drain(socket))) {
      ended(
          doctor(server.url(), "--timeout=2"),
          ExitCode.TIMEOUT,
          "FAIL upgrade",
          "the server may expect TLS: try wss://");
    }
  }

  @Test
  void serverThatAnswersNoPing() throws Exception {
    try (RawServer server =
        new RawServer(
            (self, socket) -> {
              RawServer.upgrade(socket);
              RawServer.send(socket, 0x81, 2, 'h', 'i');
              RawServer.drain(socket);
            })) {
      ended(
          doctor(server.url(), "--timeout=2"),
          ExitCode.TIMEOUT,
          "FAIL ping no pong within 2 s",
          "What to do: every WebSocket answers pings");
    }
  }

  @Test
  void serverThatClosesAtOnce() throws Exception {
    try (RawServer server =
        new RawServer(
            (self, socket) -> {
              RawServer.upgrade(socket);
              RawServer.send(socket, 0x88, 4, 0x03, 0xF0, 'n', 'o');
              RawServer.drain(socket);
            })) {
      ended(
          doctor(server.url()),
          ExitCode.CLOSED_WITH_ERROR,
          "FAIL ping the server has closed at once: 1008 (policy violation): no");
    }
  }

  @Test
  void wrongUsageIsToldAsEverywhere() {
    for (String command : new String[] {"doctor", "doctor http://x/", "doctor ws://x/ --ca y"}) {
      Result result = Cli.run("", command.split(" "));
      assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.USAGE);
      assertThat(result.err()).startsWith("plywire doctor: ").contains("Try 'plywire doctor");
    }
  }
}
