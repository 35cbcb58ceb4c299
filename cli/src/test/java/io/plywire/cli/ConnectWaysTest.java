// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.certificates.MadeCertificate;
import io.plywire.cli.Cli.Result;
import io.plywire.cli.Cli.Running;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways of {@code connect}: through proxies, by redirects, with fields of files. */
@Timeout(60)
class ConnectWaysTest {
  private static final String ANY = "ws://127.0.0.1:0/";
  private static final String SECRET = "se%3Acret";

  @TempDir private Path folder;

  private static void echoes(Result result) {
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("hello\n");
  }

  /** Sends a line with variables in the environment. */
  private static Result withEnvironment(Map<String, String> environment, String... args) {
    return Cli.run(
        new ByteArrayInputStream("hello\n".getBytes(StandardCharsets.UTF_8)), environment, args);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  // ---- proxies

  @Test
  void proxyGetsCredentialsAndNobodyElse() throws Exception {
    try (Running server = Cli.serve("--url", ANY);
        RelayProxy proxy = RelayProxy.http("user:se:cret")) {
      Result result =
          Cli.run(
              "hello\n",
              "connect",
              server.url(),
              "--show-handshake",
              "--proxy",
              "http://user:" + SECRET + "@" + proxy.address());

      echoes(result);
      assertThat(result.err())
          .contains("> GET / HTTP/1.1")
          .doesNotContain("user", "Proxy-", "cret", "CONNECT");
      assertThat(proxy.asked().get(proxy.asked().size() - 1))
          .contains("Proxy-Authorization: Basic");
    }
  }

  @Test
  void socksProxyLooksUpTheName() throws Exception {
    try (Running server = Cli.serve("--url", ANY);
        RelayProxy proxy = RelayProxy.socks5()) {
      String byName = server.url().replace("127.0.0.1", "localhost");
      echoes(Cli.run("hello\n", "connect", byName, "--proxy", "socks5://" + proxy.address()));
      assertThat(proxy.asked()).containsExactly(byName.replaceAll("ws://|/", ""));
    }
  }

  @Test
  void proxyOverTlsIsTrustedByItsOwnFile() throws Exception {
    MadeCertificate identity = MadeCertificate.selfSigned("localhost", "127.0.0.1");
    Path trusted = write("proxy.pem", identity.chainPem());
    try (Running server = Cli.serve("--url", ANY);
        RelayProxy proxy = RelayProxy.http(JdkTls.server(identity, null), null)) {
      String url = "https://localhost:" + proxy.port();
      echoes(
          Cli.run(
              "hello\n",
              "connect",
              server.url(),
              "--proxy",
              url,
              "--proxy-ca",
              trusted.toString()));
      Result result = Cli.run("", "connect", server.url(), "--proxy", url);
      result.failedInOneLine(ExitCode.TLS);
      assertThat(result.err()).contains("TLS with the proxy", "not trusted", "--proxy-ca FILE");
    }
  }

  @Test
  void proxyThatAsksForCredentialsIsTold() throws Exception {
    try (RelayProxy proxy = RelayProxy.http("user:se:cret")) {
      Result none =
          Cli.run("", "connect", "ws://server.invalid/", "--proxy", "http://" + proxy.address());
      none.failedInOneLine(ExitCode.NOT_CONNECTED);
      assertThat(none.err())
          .contains("the proxy asks for credentials by Basic", "http://USER:PASSWORD@HOST:PORT");
      Result wrong =
          Cli.run(
              "",
              "connect",
              "ws://server.invalid/",
              "--proxy",
              "http://user:wr0ng@" + proxy.address());
      wrong.failedInOneLine(ExitCode.NOT_CONNECTED);
      assertThat(wrong.err())
          .contains("does not take the credentials", "check the name and the password")
          .doesNotContain("wr0ng");
    }
  }

  @Test
  void proxyThatIsNotThereIsTold() throws Exception {
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = unused.getLocalPort();
    }
    Result result =
        Cli.run(
            "",
            "connect",
            "ws://server.invalid/",
            "--proxy",
            "http://user:" + SECRET + "@127.0.0.1:" + port);
    result.failedInOneLine(ExitCode.NOT_CONNECTED);
    assertThat(result.err()).contains("127.0.0.1", "" + port).doesNotContain("cret");
  }

  @Test
  void environmentCountsOnlyWhereItIsAskedFor() throws Exception {
    try (RelayProxy proxy = RelayProxy.http(null);
        Running server = Cli.serve("--url", ANY)) {
      Map<String, String> environment = Map.of("http_proxy", proxy.address());
      Result refused =
          withEnvironment(environment, "connect", "ws://server.invalid/", "--proxy", "env");
      assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCode.NOT_CONNECTED);
      assertThat(proxy.asked()).hasSize(1);

      withEnvironment(environment, "connect", "ws://server.invalid/");
      withEnvironment(environment, "connect", "ws://server.invalid/", "--proxy=env", "--no-proxy");
      echoes(withEnvironment(environment, "connect", server.url(), "--proxy", "env"));
      assertThat(proxy.asked()).as("asked again").hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connect ws://localhost/ --proxy ftp://user:s3cret@localhost:1",
        "connect ws://localhost/ --proxy http://user:s3cret@localhost:port",
        "connect ws+unix:/x --proxy http://user:s3cret@localhost:1",
        "connect ws://localhost/ --follow=-1",
        "connect ws://localhost/ --follow=often",
        "connect wss://localhost/ --key x",
        "connect ws://localhost/ --cert x"
      })
  void optionsWithoutSenseAreWrongUsage(String command) {
    Result result = Cli.run("", command.split(" "));
    assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).startsWith("plywire connect").doesNotContain("\tat ", "s3cret");
  }

  // ---- certificates of clients

  @Test
  void certificateIsShownToAServerThatAsksForIt() throws Exception {
    MadeCertificate authority = MadeCertificate.authority("authority");
    MadeCertificate own = authority.issue(MadeCertificate.Kind.P256, "client");
    Path trusted = write("authority.pem", MadeCertificate.pem("CERTIFICATE", encoded(authority)));
    Path certificate = write("client.pem", own.chainPem());
    Path key = write("client.key", own.keyPem());
    MadeCertificate server = authority.issue(MadeCertificate.Kind.P256, "127.0.0.1");
    RawServer.Behaviour behaviour =
        (self, socket) -> {
          RawServer.upgrade(socket);
          RawServer.send(socket, 0x81, 5, 'h', 'e', 'l', 'l', 'o', 0x88, 2, 0x03, 0xE8);
          RawServer.drain(socket);
        };
    try (RawServer running = new RawServer(JdkTls.server(server, authority), behaviour)) {
      echoes(
          Cli.run(
              new Silence(),
              "connect",
              running.url().replace("ws:", "wss:"),
              "--ca=" + trusted,
              "--cert=" + certificate,
              "--key=" + key));
    }
    try (RawServer running = new RawServer(JdkTls.server(server, authority), behaviour)) {
      Result result =
          Cli.run(
              new Silence(), "connect", running.url().replace("ws:", "wss:"), "--ca=" + trusted);
      result.failedInOneLine(ExitCode.TLS);
      assertThat(result.err()).contains("--cert FILE --key FILE");
    }
  }

  private static byte[] encoded(MadeCertificate certificate) throws Exception {
    return certificate.certificate().getEncoded();
  }

  // ---- redirects

  private static RawServer movedTo(String url) throws IOException {
    return new RawServer(
        (self, socket) -> {
          RawServer.head(socket);
          RawServer.send(
              socket, "HTTP/1.1 307 Moved\r\nLocation: " + url + "\r\nContent-Length: 0\r\n\r\n");
          RawServer.drain(socket);
        });
  }

  @Test
  void redirectIsFollowedWhereItIsAllowed() throws Exception {
    try (Running server = Cli.serve("--url", ANY)) {
      try (RawServer moved = movedTo(server.url())) {
        echoes(Cli.run("hello\n", "connect", "--follow", moved.url()));
      }
      try (RawServer moved = movedTo(server.url())) {
        echoes(Cli.run("hello\n", "connect", "--follow", "1", moved.url()));
      }
      try (RawServer moved = movedTo(server.url())) {
        Result result = Cli.run("", "connect", moved.url());
        result.failedInOneLine(ExitCode.REFUSED);
        assertThat(result.err())
            .contains("307 Moved", "it has moved to " + server.url(), "--follow");
      }
    }
  }

  @Test
  void redirectsAreBounded() throws Exception {
    try (RawServer last = movedTo("ws://server.invalid/");
        RawServer first = movedTo(last.url())) {
      Result result = Cli.run("", "connect", "--follow=1", first.url());
      result.failedInOneLine(ExitCode.REFUSED);
      assertThat(result.err()).contains(last.url() + " refused the upgrade: 307");
    }
  }

  // ---- fields of a file

  @Test
  void fieldsOfAFileAreSent() throws Exception {
    Path file = write("fields", "Authorization: Bearer s3cret\n\nX-Two: 2\r\n");
    try (Running server = Cli.serve("--url", ANY)) {
      Result result =
          Cli.run("hello\n", "connect", server.url(), "--show-handshake", "-H", "@" + file);
      echoes(result);
      assertThat(result.err()).contains("> Authorization: Bearer s3cret", "> X-Two: 2");
    }
  }

  @Test
  void fileThatIsNoGoodIsNamedAndNotQuoted() throws Exception {
    Path file = write("fields", "X: 1\ns3cret\n");
    Result bad = Cli.run("", "connect", "ws://localhost/", "--header", "@" + file);
    assertThat(bad.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(bad.err()).contains("line 2 of " + file).doesNotContain("s3cret");
    Result missing = Cli.run("", "connect", "ws://localhost/", "--header", "@" + folder + "/no");
    missing.failedInOneLine(ExitCode.FAILED);
    assertThat(missing.err()).contains("no: there is no such file");
  }
}
