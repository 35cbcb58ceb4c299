// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.cli.Cli.Result;
import io.plywire.cli.Cli.Running;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(60)
class ServeCommandTest {
  private static final String ANY = "ws://127.0.0.1:0/";

  @Test
  void endClosesConnectionsWith1001() throws Exception {
    try (Running server = Cli.serve("--url", ANY);
        PipedOutputStream keyboard = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(keyboard);
        Running client = Cli.start(in, "connect", server.url())) {
      say(keyboard, "hello");
      assertThat(client.nextLine()).isEqualTo("hello");

      assertThat(server.stop()).isZero();

      assertThat(server.nextLine()).isEqualTo("stopped; 1 connection was open, 1 closed in order");
      assertThat(client.exitCode()).isZero();
      assertThat(client.err()).contains("closed by the server: 1001 (going away)");
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // which has no signal to ask a process to end
  void sigtermEndsTheProcessInOrder() throws Exception {
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--url",
                ANY)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
            new BufferedReader(
                new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        PipedOutputStream keyboard = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(keyboard)) {
      String url = out.readLine().replace("listening on ", "");
      try (Running client = Cli.start(in, "connect", url)) {
        say(keyboard, "hello");
        assertThat(client.nextLine()).isEqualTo("hello");

        server.toHandle().destroy(); // Process.destroy() would close its streams too

        assertThat(out.readLine()).isEqualTo("stopped; 1 connection was open, 1 closed in order");
        assertThat(client.exitCode()).isZero();
        assertThat(client.err()).contains("1001 (going away)");
        assertThat(server.waitFor(Cli.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isZero();
      }
    } finally {
      server.destroyForcibly();
    }
  }

  private static void say(PipedOutputStream keyboard, String line) throws Exception {
    keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
  }

  @Test
  void portInUseIsOneLine() throws Exception {
    try (Running server = Cli.serve("--url", ANY)) {
      Result second = Cli.run("", "serve", "--url", server.url());

      second.failedInOneLine(ExitCode.FAILED);
      assertThat(second.err()).contains("cannot listen on " + server.url());
    }
  }

  @Test
  void messageOverTheLimitIsClosedWith1009() throws Exception {
    try (Running server = Cli.serve("--url", ANY, "--max-message=10")) {
      Result result = Cli.run("0123456789\n0123456789A\n", "connect", server.url());

      result.failedInOneLine(ExitCode.CLOSED_WITH_ERROR);
      assertThat(result.out()).isEqualTo("0123456789\n");
      assertThat(result.err()).contains("1009 (message too big)");
    }
  }

  @Test
  void pagesOfOtherSitesAreRefusedUnlessAllowed() throws Exception {
    try (Running server = Cli.serve("--url", ANY)) {
      Cli.run("", "connect", server.url(), "-H", "Origin: https://other.example")
          .failedInOneLine(ExitCode.REFUSED);
    }
    try (Running server = Cli.serve("--url", ANY, "--allow-origin=https://other.example")) {
      assertThat(
              Cli.run("", "connect", server.url(), "-H", "Origin: https://other.example")
                  .exitCode())
          .isZero();
      assertThat(
              Cli.run("", "connect", server.url(), "-H", "Origin: https://third.example")
                  .exitCode())
          .isEqualTo(ExitCode.REFUSED);
    }
    try (Running server = Cli.serve("--url", ANY, "--allow-origin=any")) {
      assertThat(
              Cli.run("", "connect", server.url(), "-H", "Origin: https://third.example")
                  .exitCode())
          .isZero();
    }
  }

  @Test
  void subprotocolIsAgreedOnWithClientsThatOfferIt() throws Exception {
    try (Running server = Cli.serve(ANY, "--subprotocol", "b", "--subprotocol=a")) {
      Result result =
          Cli.run(
              "",
              "connect",
              server.url(),
              "--subprotocol=a",
              "--subprotocol=b",
              "--show-handshake");

      assertThat(result.exitCode()).isZero();
      assertThat(result.err()).contains("< Sec-WebSocket-Protocol: b\n");
      assertThat(Cli.run("", "connect", server.url()).exitCode()).isZero();
    }
  }

  @Test
  void openingsThatFailedAreCountedAtTheEnd() throws Exception {
    try (Running server = Cli.serve(ANY)) {
      for (int i = 0; i < 2; i++) {
        Cli.run("", "connect", server.url(), "-H", "Origin: https://other.example")
            .failedInOneLine(ExitCode.REFUSED);
      }
      assertThat(server.stop()).isZero();

      assertThat(server.nextLine())
          .isEqualTo("stopped; 0 connections were open, 0 closed in order; 2 never opened");
    }
  }

  @Test
  void everyExitCodeIsInTheHelp() {
    assertThat(Cli.run("", "serve", "--help").out()).contains("  0 ", "  1 ", "  2 ", "  5  TLS");
  }

  @Test
  void wrongUsageIsToldWithAHint() {
    wrong("--url");
    wrong("URL is given twice", ANY, "--url", ANY);
    wrong("no HTTP token", ANY, "--subprotocol", "a b");
    wrong("within this process only", "--url", "ws+memory://echo/");
    wrong("try ws://", "--url", "localhost:80");
    wrong("--threads 0", "--url", ANY, "--threads=0");
    wrong("--max-message -1", "--url", ANY, "--max-message=-1");
  }

  private static void wrong(String words, String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "serve";
    System.arraycopy(args, 0, all, 1, args.length);
    Result result = Cli.run("", all);

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains(words).contains("Try 'plywire serve --help'.");
  }
}
