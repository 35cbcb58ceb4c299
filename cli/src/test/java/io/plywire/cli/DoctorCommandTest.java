// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.certificates.MadeCertificate;
import io.plywire.cli.Cli.Result;
import io.plywire.cli.Cli.Running;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class DoctorCommandTest {
  private static final String ANY = "ws://127.0.0.1:0/";

  @TempDir private Path folder;

  private static Result doctor(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "doctor";
    System.arraycopy(args, 0, all, 1, args.length);
    return Cli.run("", all);
  }

  /** Returns the output with runs of space joined, so that it does not matter where lines end. */
  private static String words(Result result) {
    return result.out().replaceAll("\\s+", " ");
  }

  private static void ended(Result result, int exitCode, String... words) {
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

  // ---- TLS

  @Nested
  class Certificates {
    private final MadeCertificate authority = MadeCertificate.authority("authority");

    private Result of(MadeCertificate certificate, boolean trusted, String... options)
        throws Exception {
      Path pem =
          Files.writeString(
              folder.resolve("server.pem"), certificate.chainPem() + certificate.keyPem());
      Path ca =
          Files.writeString(
              folder.resolve("ca.pem"),
              MadeCertificate.pem("CERTIFICATE", authority.certificate().getEncoded()));
      try (Running server = Cli.serve("--url", "wss://localhost:0/", "--cert", pem.toString())) {
        String[] args = new String[options.length + 2];
        args[0] = server.url();
        args[1] = trusted ? "--ca=" + ca : "--deflate";
        System.arraycopy(options, 0, args, 2, options.length);
        return doctor(args);
      }
    }

    @Test
    void goodOneIsTold() throws Exception {
      MadeCertificate good = authority.issue(MadeCertificate.Kind.P256, "localhost", "10.0.0.1");
      ended(
          of(good, true),
          ExitCode.OK,
          "ok tls TLSv1.3, TLS_",
          "CN=localhost issued by CN=authority for localhost, 10.0.0.1 from ",
          ", 88 days left",
          "verified: for this name",
          "All is well.");
      Result json = of(good, true, "--json");
      assertThat(json.out())
          .contains(
              "\"verified\":true",
              "\"certificates\":[{\"subject\":\"CN=localhost\",\"issuer\":\"CN=authority\","
                  + "\"names\":[\"localhost\",\"10.0.0.1\"],\"not_before\":\"",
              "\"days_left\":88}]");
    }

    @Test
    void untrustedOneIsShown() throws Exception {
      MadeCertificate good = authority.issue(MadeCertificate.Kind.P256, "localhost");
      ended(
          of(good, false),
          ExitCode.TLS,
          "FAIL tls",
          "is not trusted",
          "CN=localhost issued by CN=authority",
          "What to do: if you trust its issuer, give that by --ca FILE");
      ended(of(good, false, "--insecure"), ExitCode.OK, "not verified: --insecure", "All is well.");
    }

    @Test
    void expiredOneIsShown() throws Exception {
      Instant then = Instant.now().minus(Duration.ofDays(20));
      ended(
          of(authority.issue(then, Duration.ofDays(10), "localhost"), true),
          ExitCode.TLS,
          "FAIL tls",
          ", expired",
          "What to do: have the server's certificate renewed");
    }

    @Test
    void oneThatIsNotValidYetIsShown() throws Exception {
      Instant then = Instant.now().plus(Duration.ofDays(20));
      ended(
          of(authority.issue(then, Duration.ofDays(10), "localhost"), true),
          ExitCode.TLS,
          ", not valid yet",
          "check this clock");
    }

    @Test
    void oneThatExpiresSoonIsAWarning() throws Exception {
      Instant then = Instant.now().minus(Duration.ofDays(1));
      ended(
          of(authority.issue(then, Duration.ofDays(5).plusHours(1), "localhost"), true),
          ExitCode.OK,
          "warn tls",
          "All is well so far. What to do: have CN=localhost renewed: 4 days left");
    }

    @Test
    void oneForAnotherNameIsShown() throws Exception {
      ended(
          of(authority.issue(MadeCertificate.Kind.P256, "other.example"), true),
          ExitCode.TLS,
          "is not for localhost",
          "for other.example",
          "What to do: use a name that the certificate has");
    }
  }

  @Test
  void plainAndSecureDoNotMix() throws Exception {
    try (Running secure = Cli.serve("--url", "wss://localhost:0/")) {
      ended(
          doctor(secure.url().replace("wss:", "ws:")),
          ExitCode.PROTOCOL,
          "FAIL upgrade",
          "looks like TLS",
          "the server may expect TLS: try " + secure.url());
    }
    try (Running plain = Cli.serve("--url", ANY)) {
      ended(
          doctor(plain.url().replace("ws:", "wss:")),
          ExitCode.TLS,
          "FAIL tls",
          "the server does without TLS at this port: try " + plain.url());
    }
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
