// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.cli.Cli.Result;
import io.plywire.cli.Cli.Running;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConnectCommandTest {
  private static final String ANY = "ws://127.0.0.1:0/";

  private static String lines(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "line " + i + "\n")
        .collect(Collectors.joining());
  }

  @Nested
  class Conversation {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 1000})
    void everyLineComesBackBeforeTheEnd(int count) throws Exception {
      try (Running server = Cli.serve("--url", ANY)) {
        Result result = Cli.run(lines(count), "connect", server.url());

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).isEqualTo(lines(count));
        assertThat(result.err()).isEmpty();
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--threads=1", "--threads=3", "--no-coalesce"})
    void serverIsTheSameHoweverItIsTuned(String option) throws Exception {
      try (Running server = Cli.serve("--url", ANY, option)) {
        assertThat(Cli.run(lines(300), "connect", server.url()).out()).isEqualTo(lines(300));
      }
    }

    @Test
    void lastLineNeedsNoLineEndAndEmptyLinesAreMessages() throws Exception {
      try (Running server = Cli.serve("--url", ANY)) {
        assertThat(Cli.run("\n\nend", "connect", server.url()).out()).isEqualTo("\n\nend\n");
      }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void unixDomainSocketIsRemovedAtTheEnd(@TempDir Path folder) throws Exception {
      Path socket = folder.resolve("echo.sock");
      try (Running server = Cli.serve("--url", "ws+unix:" + socket)) {
        assertThat(Cli.run("hello\n", "connect", server.url() + ":/chat").out())
            .isEqualTo("hello\n");
        assertThat(socket).exists();
        assertThat(server.stop()).isZero();
        assertThat(socket).doesNotExist();
      }
    }

    @Test
    void textThatIsNoUtf8IsLeftOut() throws Exception {
      byte[] in = {'a', '\n', (byte) 0xFF, '\n', 'b', '\n'};
      try (Running server = Cli.serve("--url", ANY)) {
        Result result = Cli.run(new ByteArrayInputStream(in), "connect", server.url());

        result.failedInOneLine(ExitCode.FAILED);
        assertThat(result.out()).isEqualTo("a\nb\n");
        assertThat(result.err()).contains("1 line was not sent").contains("not valid UTF-8");
      }
    }

    @Test
    void inputThatFailsIsTold() throws Exception {
      InputStream in =
          new SequenceInputStream(
              new ByteArrayInputStream(new byte[] {'a', '\n', 'b'}),
              new InputStream() {
                @Override
                public int read() throws IOException {
                  throw new IOException("Is a directory");
                }
              });
      try (Running server = Cli.serve("--url", ANY)) {
        Result result = Cli.run(in, "connect", server.url());

        result.failedInOneLine(ExitCode.FAILED);
        assertThat(result.out()).isEqualTo("a\n");
        assertThat(result.err()).contains("standard input cannot be read: Is a directory");
      }
    }

    @Test
    void urlIsTakenWithAndWithoutItsName() throws Exception {
      try (Running server = Cli.serve(ANY)) {
        assertThat(Cli.run("a\n", "connect", "--url", server.url()).out()).isEqualTo("a\n");
      }
    }

    @Test
    void binaryMessagesArePrintedAsTheyAre() throws Exception {
      byte[] in = {'a', '\n', (byte) 0xFF, 0, '\n'};
      try (Running server = Cli.serve("--url", ANY)) {
        Result result = Cli.run(new ByteArrayInputStream(in), "connect", server.url(), "--binary");

        assertThat(result.exitCode()).isZero();
        assertThat(result.outBytes()).containsExactly('a', 0xFF, 0);
      }
    }

    @Test
    void binaryMessagesArePrintedAsHexAmongText() throws Exception {
      try (RawServer server =
          new RawServer(
              (self, socket) -> {
                RawServer.upgrade(socket);
                RawServer.send(socket, 0x82, 2, 0xCA, 0xFE, 0x81, 1, 'x', 0x88, 0);
                RawServer.drain(socket);
              })) {
        Result result = Cli.run(new Silence(), "connect", server.url());

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).isEqualTo("binary: cafe\nx\n");
        assertThat(result.err()).contains("closed by the server: no code");
      }
    }

    @Test
    void framesAndHandshakeAreShownAsTheyWere() throws Exception {
      try (Running server = Cli.serve("--url", ANY)) {
        Result result =
            Cli.run(
                "hello\n",
                "connect",
                server.url() + "chat?x=1",
                "--frames",
                "--show-handshake",
                "-H",
                "X-Test: one",
                "-H",
                "X-Test: two",
                "-H",
                "User-Agent: test",
                "--subprotocol",
                "a",
                "--subprotocol",
                "b");

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.err().lines())
            .contains(
                "> GET /chat?x=1 HTTP/1.1",
                "> X-Test: one",
                "> X-Test: two",
                "> User-Agent: test",
                "> Sec-WebSocket-Protocol: a, b",
                "< HTTP/1.1 101 Switching Protocols")
            .containsSubsequence(
                "> text fin masked length=5 \"hello\"",
                "< text fin length=5 \"hello\"",
                "< close fin length=2 code=1000");
        assertThat(result.err()).contains("> close fin masked length=2 code=1000");
      }
    }

    @Test
    void compressionIsAgreedOnOrNot() throws Exception {
      String line = "again and ".repeat(20);
      try (Running deflating = Cli.serve("--url", "ws://127.0.0.1:0/", "--deflate")) {
        Result result =
            Cli.run(line + "\n" + line, "connect", "--deflate", "--frames", deflating.url());
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo((line + "\n").repeat(2));
        assertThat(result.err())
            .contains("compression agreed on: windows of 32768 bytes (server)")
            .containsPattern("> text fin rsv=4 masked length=\\d\\d [0-9a-f]+\n")
            .containsPattern("< text fin rsv=4 length=\\d\\d? [0-9a-f]+\n");
        assertThat(
                Cli.run(
                        "",
                        "connect",
                        "--deflate",
                        "-H",
                        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9;"
                            + " server_no_context_takeover",
                        deflating.url())
                    .err())
            .contains("512 bytes, new for each message (server)");
        assertThat(Cli.run("", "connect", deflating.url()).err()).doesNotContain("compression");
      }
      try (Running plain = Cli.serve("--url", "ws://127.0.0.1:0/")) {
        Result result = Cli.run(line, "connect", "--deflate", plain.url());
        assertThat(result.out()).isEqualTo(line + "\n");
        assertThat(result.err()).contains("no compression: the server did not agree");
      }
    }

    @Test
    void pingsTellTheRoundTripTime() throws Exception {
      PipedOutputStream keyboard = new PipedOutputStream();
      try (Running server = Cli.serve("--url", ANY);
          PipedInputStream in = new PipedInputStream(keyboard);
          Running client = Cli.start(in, "connect", server.url(), "--ping", "0.01", "--frames")) {
        keyboard.write("hello\n".getBytes());
        keyboard.flush();
        assertThat(client.nextLine()).isEqualTo("hello");
        while (!client.err().contains("pong after ")) {
          Thread.onSpinWait();
        }
        keyboard.close();

        assertThat(client.exitCode()).isZero();
        assertThat(client.err()).containsPattern("pong after \\d+\\.\\d{3} ms");
        assertThat(client.err()).contains("< pong fin length=8");
      }
    }
  }

  @Nested
  class Failure {
    private Result against(RawServer.Behaviour behaviour, String... options) throws Exception {
      try (RawServer server = new RawServer(behaviour)) {
        String[] args = new String[options.length + 2];
        args[0] = "connect";
        args[1] = server.url();
        System.arraycopy(options, 0, args, 2, options.length);
        return Cli.run(new Silence(), args);
      }
    }

    @Test
    void refusedUpgradeTellsStatusAndBody() throws Exception {
      Result result =
          against(
              (self, socket) -> {
                RawServer.head(socket);
                RawServer.send(
                    socket,
                    "HTTP/1.1 403 Forbidden\r\nContent-Length: 14\r\n\r\nnot\nfor\033[1myou");
                RawServer.drain(socket);
              });

      result.failedInOneLine(ExitCode.REFUSED);
      assertThat(result.err()).contains("403 Forbidden: not for [1myou");
    }

    @Test
    void refusedUpgradeShowsTheAnswerOnRequest() throws Exception {
      Result result =
          against(
              (self, socket) -> {
                RawServer.head(socket);
                RawServer.send(socket, "HTTP/1.1 401 No\r\nX: y\r\nContent-Length: 0\r\n\r\n");
                RawServer.drain(socket);
              },
              "--show-handshake");

      assertThat(result.exitCode()).isEqualTo(ExitCode.REFUSED);
      assertThat(result.err()).contains("< HTTP/1.1 401 No", "< X: y");
    }

    @Test
    void answerThatIsNoHttpIsAProtocolError() throws Exception {
      against(
              (self, socket) -> {
                RawServer.head(socket);
                RawServer.send(socket, "220 mail ready\r\n\r\n");
                RawServer.drain(socket);
              })
          .failedInOneLine(ExitCode.PROTOCOL);
    }

    @Test
    void portWhereNobodyListens() throws Exception {
      int port;
      try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = unused.getLocalPort();
      }
      Result result = Cli.run("", "connect", "ws://127.0.0.1:" + port + "/");

      result.failedInOneLine(ExitCode.NOT_CONNECTED);
      assertThat(result.err()).contains("127.0.0.1").contains("" + port);
    }

    @Test
    void hostThatDoesNotExist() {
      Result result = Cli.run("", "connect", "ws://no-such-host.invalid/", "--timeout=120");

      result.failedInOneLine(ExitCode.NOT_CONNECTED);
      assertThat(result.err()).contains("no-such-host.invalid");
    }

    @Test
    void stackTraceComesOnRequest() {
      Result result = Cli.run("", "connect", "ws+memory://nobody/", "--stacktrace");

      assertThat(result.exitCode()).isEqualTo(ExitCode.NOT_CONNECTED);
      assertThat(result.err()).contains("\tat io.plywire");
    }

    @Test
    void reservedOpcodeIsAProtocolError() throws Exception {
      against(
              (self, socket) -> {
                RawServer.upgrade(socket);
                RawServer.send(socket, 0x83, 0);
                RawServer.drain(socket);
              })
          .failedInOneLine(ExitCode.PROTOCOL);
    }

    @Test
    void silentServerIsATimeout() throws Exception {
      against((self, socket) -> RawServer.drain(socket), "--timeout=0.2")
          .failedInOneLine(ExitCode.TIMEOUT);
    }

    /** It does not answer the first message of TLS either. */
    @Test
    void silentServerOfTlsIsATimeout() throws Exception {
      try (RawServer server = new RawServer((self, socket) -> RawServer.drain(socket))) {
        String url = server.url().replace("ws:", "wss:");
        Result result = Cli.run("", "connect", url, "--insecure", "--timeout=0.2");
        result.failedInOneLine(ExitCode.TIMEOUT);
        assertThat(result.err()).contains("within 200 ms");
      }
    }

    @Test
    void closeThatIsNotAnsweredIsATimeout() throws Exception {
      try (RawServer server =
          new RawServer(
              (self, socket) -> {
                RawServer.upgrade(socket);
                RawServer.drain(socket);
              })) {
        Cli.run("", "connect", server.url(), "--timeout=0.5").failedInOneLine(ExitCode.TIMEOUT);
      }
    }

    @Test
    void serverThatStopsToAnswerPingsIsATimeout() throws Exception {
      against(
              (self, socket) -> {
                RawServer.upgrade(socket);
                RawServer.drain(socket);
              },
              "--ping=0.05",
              "--timeout=0.5")
          .failedInOneLine(ExitCode.TIMEOUT);
    }

    @Test
    void connectionThatEndsWithoutAClose() throws Exception {
      against((self, socket) -> RawServer.upgrade(socket)).failedInOneLine(ExitCode.LOST);
    }

    @Test
    void connectionThatEndsBeforeTheAnswer() throws Exception {
      against((self, socket) -> RawServer.head(socket)).failedInOneLine(ExitCode.LOST);
    }

    @Test
    void closeWithAnErrorCodeTellsItsReason() throws Exception {
      Result result =
          against(
              (self, socket) -> {
                RawServer.upgrade(socket);
                RawServer.send(socket, 0x88, 4, 0x03, 0xF0, 'n', 'o');
                RawServer.drain(socket);
              });

      result.failedInOneLine(ExitCode.CLOSED_WITH_ERROR);
      assertThat(result.err()).contains("1008 (policy violation): no");
    }
  }

  @Nested
  class WrongUsage {
    private void wrong(String words, String... args) {
      Result result = Cli.run("", args);

      assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.USAGE);
      assertThat(result.err()).contains(words).contains("Try 'plywire");
      assertThat(result.err().lines().count()).isLessThanOrEqualTo(3);
    }

    @Test
    void isToldWithAHint() {
      wrong("subcommand is missing");
      wrong("Unmatched argument", "dance");
      wrong("URL", "connect");
      wrong("URL is given twice", "connect", "ws://localhost/", "--url", "ws://localhost/");
      wrong("try ws://", "connect", "localhost:8080");
      wrong("http", "connect", "http://localhost/");
      wrong("not a URL", "connect", "ws://local host/");
      wrong("names no host", "connect", "ws:///chat");
      wrong("NAME: VALUE", "connect", "ws://localhost/", "-H", "no colon");
      wrong("not a token", "connect", "ws://localhost/", "-H", "b@d name: x");
      wrong("illegal character", "connect", "ws://localhost/", "-H", "X: a\r\nY: b");
      wrong("no HTTP token", "connect", "ws://localhost/", "--subprotocol", "a b");
      wrong("stands twice", "connect", "ws://localhost/", "--subprotocol=a", "--subprotocol=a");
      wrong("--ping", "connect", "ws://localhost/", "--ping=-1");
      wrong("--timeout", "connect", "ws://localhost/", "--timeout=0");
      wrong("--timeout", "connect", "ws://localhost/", "--timeout=soon");
    }
  }
}
