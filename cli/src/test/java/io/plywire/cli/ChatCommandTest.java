// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.cli.Cli.Result;
import io.plywire.cli.Cli.Running;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code serve --chat}: one port for pages and WebSockets. */
@Timeout(60)
class ChatCommandTest {
  private static final String ANY = "ws://127.0.0.1:0/";

  private static Running chat(String url, String... more) throws InterruptedException {
    String[] args = new String[4 + more.length];
    System.arraycopy(new String[] {"--chat", "--token=SECRET", "--url", url}, 0, args, 0, 4);
    System.arraycopy(more, 0, args, 4, more.length);
    return Cli.serve(args);
  }

  private static String room(Running server, String name) {
    return server.url() + "rooms/tea?token=SECRET&name=" + name;
  }

  private static void say(PipedOutputStream keyboard, String line) throws IOException {
    keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
  }

  @Test
  void onePortAnswersEachAsItShould() throws Exception {
    try (Running server = chat(ANY)) {
      String url = server.url();
      try (HttpAnswer health = HttpAnswer.to(url, "/health");
          HttpAnswer page = HttpAnswer.to(url, "/");
          HttpAnswer opened = HttpAnswer.toUpgrade(url, "/rooms/tea?token=SECRET", 13);
          HttpAnswer unknown = HttpAnswer.toUpgrade(url, "/other?token=SECRET", 13);
          HttpAnswer noRoom = HttpAnswer.toUpgrade(url, "/rooms/a.b?token=SECRET", 13);
          HttpAnswer noPage = HttpAnswer.to(url, "/other");
          HttpAnswer noUpgrade = HttpAnswer.to(url, "/rooms/tea?token=SECRET");
          HttpAnswer old = HttpAnswer.toUpgrade(url, "/rooms/tea?token=SECRET", 8)) {
        assertThat(health.status()).isEqualTo(200);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.head()).contains("Content-Type: text/html; charset=utf-8");
        assertThat(opened.status()).isEqualTo(101);
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(noRoom.status()).isEqualTo(404);
        assertThat(noPage.status()).isEqualTo(404);
        assertThat(noUpgrade.status()).isEqualTo(426);
        assertThat(old.status()).isEqualTo(426);
        assertThat(old.head()).contains("Sec-WebSocket-Version: 13");
      }
    }
  }

  @Test
  void wrongTokenIsRefusedAfterItWasLookedUp() throws Exception {
    try (Running server = chat(ANY)) {
      for (String query : new String[] {"", "?token=secret", "?token="}) {
        long begin = System.nanoTime();
        try (HttpAnswer refused = HttpAnswer.toUpgrade(server.url(), "/rooms/tea" + query, 13)) {
          assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(50));
          assertThat(refused.status()).isEqualTo(401);
          assertThat(refused.head()).contains("WWW-Authenticate: Bearer realm=\"chat\"");
        }
      }
    }
  }

  @Test
  void moreThanTheLimitAreToldWhenToComeAgain() throws Exception {
    try (Running server = chat(ANY, "--max-connections=1");
        HttpAnswer first = HttpAnswer.toUpgrade(server.url(), "/rooms/tea?token=SECRET", 13)) {
      assertThat(first.status()).isEqualTo(101);
      try (HttpAnswer second = HttpAnswer.toUpgrade(server.url(), "/rooms/a?token=SECRET", 13)) {
        assertThat(second.status()).isEqualTo(503);
        assertThat(second.head()).contains("Retry-After: 5");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {ANY, "wss://localhost:0/"})
  void endSays1001ToThoseWhoTalk(String url) throws Exception {
    try (Running server = chat(url);
        PipedOutputStream keyboard = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(keyboard)) {
      boolean secure = url.startsWith("wss");
      if (secure) {
        assertThat(server.nextLine()).startsWith("certificate made for localhost");
      }
      assertThat(server.nextLine())
          .isEqualTo("page for browsers: " + server.url().replaceFirst("ws", "http"));
      assertThat(server.nextLine())
          .isEqualTo(
              "from a terminal: plywire connect '"
                  + server.url()
                  + "rooms/lobby?name=YOU&token=SECRET'");
      String insecure = secure ? "--insecure" : "--verbose";
      try (Running ann = Cli.start(in, "connect", insecure, room(server, "Ann"))) {
        assertThat(ann.nextLine()).isEqualTo("* Ann joined, 1 here");
        Result bob = Cli.run("hello\n", "connect", insecure, room(server, "Bob"));
        assertThat(bob.exitCode()).as(bob.err()).isZero();
        assertThat(ann.nextLine()).isEqualTo("* Bob joined, 2 here");
        assertThat(ann.nextLine()).isEqualTo("Bob: hello");
        assertThat(ann.nextLine()).isEqualTo("* Bob left, 1 here");
        say(keyboard, "still here");
        assertThat(ann.nextLine()).isEqualTo("Ann: still here");

        assertThat(server.stop()).isZero();

        assertThat(server.nextLine())
            .isEqualTo("stopped; 1 connection was open, 1 closed in order");
        assertThat(ann.exitCode()).isZero();
        assertThat(ann.err()).contains("closed by the server: 1001 (going away)");
      }
    }
  }

  @Test
  void tokenIsNotPrinted() throws Exception {
    try (Running server = Cli.serve("--chat", "--token", "hush", "--url", ANY)) {
      assertThat(server.nextLine()).startsWith("page for browsers: http://127.0.0.1:");
      assertThat(server.nextLine()).contains("token=SECRET").doesNotContain("hush");
    }
  }

  @Test
  void combinationsWithoutSenseAreWrongUsage() {
    wrong("--chat needs the token that lets people in: --token SECRET", "--chat");
    wrong("--token is for --chat", "--token", "x");
    wrong("--token is blank", "--chat", "--token", " ");
    wrong("--subprotocol is for the echo", "--chat", "--token=x", "--subprotocol", "a");
    wrong("--deflate is for the echo", "--chat", "--token=x", "--deflate");
    wrong("--max-message is for the echo", "--chat", "--token=x", "--max-message=10");
    wrong("--max-connections 0 lets nobody in", "--max-connections=0");
  }

  private static void wrong(String words, String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "serve";
    all[1] = "--url";
    all[2] = ANY;
    System.arraycopy(args, 0, all, 3, args.length);
    Result result = Cli.run("", all);

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains(words).contains("Try 'plywire serve --help'.");
  }
}
