// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.dial;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.Acceptance;
import io.plywire.websocket.Challenge;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.Reply;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.net.CookieManager;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client makes of a server's answer, and the deadline over all of it. */
class DialTest {
  private static final Duration FAST = Duration.ofMillis(20);
  private static final WebSocketOptions OPTIONS =
      WebSocketOptions.defaults().withTimeouts(Timeouts.none());

  private final List<UpgradeRequest> requests = new ArrayList<>();

  /** A host at an address of its own that answers one request after the other with these. */
  private Consumer<InMemoryStream> answering(Dialled d, Reply... replies) {
    Deque<Reply> left = new ArrayDeque<>(List.of(replies));
    return end -> {
      WebSocketStream server = new WebSocketStream(end, OPTIONS);
      d.servers.add(server);
      server.asyncAccept(
          opening -> {
            requests.add(opening.request());
            Reply next = left.poll();
            if (next == null) {
              opening.accept(Acceptance.plain());
            } else {
              opening.reply(next);
            }
          },
          (error, request) -> {});
    };
  }

  private static Reply redirect(int status, String location) {
    return Reply.of(status).with("Location", location);
  }

  private static Recorded<WebSocketStream> connect(Dialled d, String uri) {
    Recorded<WebSocketStream> connect = d.connect(uri);
    d.pass(200);
    return connect;
  }

  private static WebSocketException declined(Recorded<WebSocketStream> connect) {
    return connect.assertFailed(WebSocketError.UPGRADE_DECLINED);
  }

  // ---- redirects

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectIsFollowedIfThatIsAllowed(int status) {
    for (int allowed = 0; allowed < 2; allowed++) {
      int most = allowed;
      requests.clear();
      try (Dialled d = new Dialled(b -> b.redirects(most))) {
        d.net.accepting("192.0.2.1", FAST, answering(d, redirect(status, "ws://192.0.2.2/b?c=d")));
        d.net.accepting("192.0.2.2", FAST, answering(d));
        Recorded<WebSocketStream> connect = connect(d, "ws://192.0.2.1/a");
        if (allowed == 0) {
          assertThat(declined(connect).response().status()).isEqualTo(status);
          assertThat(requests).hasSize(1);
        } else {
          connect.result();
          assertThat(requests.get(1).target()).isEqualTo("/b?c=d");
          assertThat(requests.get(1).fields().first("Host")).isEqualTo("192.0.2.2");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/b, 192.0.2.1, /b",
    "b?x, 192.0.2.1, /dir/b?x",
    "../c, 192.0.2.1, /c",
    "//192.0.2.2/d, 192.0.2.2, /d",
    "http://192.0.2.2:80, 192.0.2.2, /",
    "WS://192.0.2.2/e#fragment, 192.0.2.2, /e",
    "?q=1, 192.0.2.1, /dir/?q=1",
  })
  void locationsMayBeRelative(String location, String host, String target) {
    try (Dialled d = new Dialled(b -> b.redirects(1))) {
      d.net.accepting("192.0.2.1", FAST, answering(d, redirect(302, location)));
      d.net.accepting("192.0.2.2", FAST, answering(d));
      connect(d, "ws://192.0.2.1/dir/a").result();
      assertThat(requests.get(1).fields().first("Host")).isEqualTo(host);
      assertThat(requests.get(1).target()).isEqualTo(target);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ftp://192.0.2.2/|of another kind",
        "ws://user:secret@192.0.2.2/|user's name",
        "ws://a b/|no URI",
        "ws:///x|names no host",
        "''|it does not say where to",
      })
  void whereNobodyCanGoNobodyGoes(String location, String why) {
    try (Dialled d = new Dialled(b -> b.redirects(5))) {
      Reply reply = location.isEmpty() ? Reply.of(302) : redirect(302, location);
      d.net.accepting("192.0.2.1", FAST, answering(d, reply));
      WebSocketException error = declined(connect(d, "ws://192.0.2.1/"));
      assertThat(error).hasMessageContaining("302").hasMessageContaining(why);
      assertThat(error.getMessage()).doesNotContain("secret");
      assertThat(error.response()).isNotNull();
    }
  }

  @Test
  void redirectsInACircleEnd() {
    try (Dialled d = new Dialled(b -> b.redirects(3))) {
      Reply again = redirect(307, "/again");
      d.net.accepting("192.0.2.1", FAST, answering(d, again, again, again, again, again));
      assertThat(declined(connect(d, "ws://192.0.2.1/")))
          .hasMessageContaining("number 4 of at most 3");
      assertThat(requests).hasSize(4);
    }
  }

  @Test
  void credentialsStayWithTheirOrigin() {
    WebSocketOptions options =
        OPTIONS.withRequestDecorator(
            request ->
                request
                    .fields()
                    .add("Authorization", "Bearer mine")
                    .add("Cookie", "mine=1")
                    .add("X-Other", "stays"));
    try (Dialled d = new Dialled(b -> b.redirects(2).options(options))) {
      d.net.accepting(
          "192.0.2.1", FAST, answering(d, redirect(302, "/b"), redirect(302, "ws://192.0.2.2/")));
      d.net.accepting("192.0.2.2", FAST, answering(d));
      connect(d, "ws://192.0.2.1/").result();
      assertThat(requests)
          .extracting(r -> r.fields().first("Authorization"))
          .containsExactly("Bearer mine", "Bearer mine", null);
      assertThat(requests)
          .extracting(r -> r.fields().first("Cookie"))
          .containsExactly("mine=1", "mine=1", null);
      assertThat(requests)
          .extracting(r -> r.fields().first("X-Other"))
          .containsExactly("stays", "stays", "stays");
    }
  }

  // ---- 401

  @Test
  void aChallengeIsAnsweredOnceOnANewConnection() {
    List<Challenge> asked = new ArrayList<>();
    try (Dialled d = new Dialled(b -> b.onUnauthorized(asked::add))) {
      d.net.accepting("192.0.2.1", FAST, answering(d, Reply.unauthorized("Bearer realm=\"x\"")));
      Recorded<WebSocketStream> connect = connect(d, "ws://192.0.2.1/");
      connect.assertPending();
      assertThat(asked).hasSize(1);
      assertThat(asked.get(0).schemes()).containsExactly("Bearer realm=\"x\"");
      assertThat(asked.get(0).answer("Bearer token")).isTrue();
      assertThat(asked.get(0).answer("Bearer other")).isFalse();
      assertThat(asked.get(0).giveUp()).isFalse();
      d.pass(200);
      connect.result();
      assertThat(requests)
          .extracting(r -> r.fields().first("Authorization"))
          .containsExactly(null, "Bearer token");
    }
  }

  @Test
  void aSecond401IsAnAnswer() {
    try (Dialled d = new Dialled(b -> b.onUnauthorized(c -> c.answer("Bearer wrong")))) {
      Reply no = Reply.unauthorized("Bearer");
      d.net.accepting("192.0.2.1", FAST, answering(d, no, no, no));
      assertThat(declined(connect(d, "ws://192.0.2.1/")).response().status()).isEqualTo(401);
      assertThat(requests).hasSize(2);
    }
  }

  @Test
  void whoHasNoAnswerGetsThe401() {
    try (Dialled d = new Dialled(b -> b.onUnauthorized(Challenge::giveUp))) {
      d.net.accepting("192.0.2.1", FAST, answering(d, Reply.unauthorized("Bearer")));
      assertThat(declined(connect(d, "ws://192.0.2.1/")).response().status()).isEqualTo(401);
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void anAnswerThatIsAwaitedCanBeCancelled(CancellationType type) {
    List<Challenge> asked = new ArrayList<>();
    try (Dialled d = new Dialled(b -> b.onUnauthorized(asked::add))) {
      d.net.accepting("192.0.2.1", FAST, answering(d, Reply.unauthorized("Bearer")));
      Recorded<WebSocketStream> connect = connect(d, "ws://192.0.2.1/");
      connect.cancel(type);
      d.pass(0);
      connect.assertFailed(StreamError.ABORTED);
      assertThat(asked.get(0).answer("late")).isFalse();
    }
  }

  @Test
  void aCallbackThatThrowsEndsTheConnect() {
    RuntimeException thrown = new IllegalStateException("no wallet");
    try (Dialled d =
        new Dialled(
            b ->
                b.onUnauthorized(
                    c -> {
                      throw thrown;
                    }))) {
      d.net.accepting("192.0.2.1", FAST, answering(d, Reply.unauthorized("Bearer")));
      assertThat(connect(d, "ws://192.0.2.1/").assertFailed(StreamError.IO)).hasCause(thrown);
    }
  }

  @Test
  void anAnswerDoesNotGoToAnotherOrigin() {
    try (Dialled d =
        new Dialled(b -> b.redirects(1).onUnauthorized(c -> c.answer("Bearer mine")))) {
      d.net.accepting(
          "192.0.2.1",
          FAST,
          answering(d, Reply.unauthorized("Bearer"), redirect(302, "ws://192.0.2.2/")));
      d.net.accepting("192.0.2.2", FAST, answering(d));
      connect(d, "ws://192.0.2.1/").result();
      assertThat(requests)
          .extracting(r -> r.fields().first("Authorization"))
          .containsExactly(null, "Bearer mine", null);
    }
  }

  // ---- cookies

  @Test
  void cookiesAreKeptAndSentWhereTheyBelong() {
    CookieManager cookies = new CookieManager();
    try (Dialled d = new Dialled(b -> b.redirects(2).cookies(cookies))) {
      d.net.name("a.example.com", "192.0.2.1").name("other.example", "192.0.2.2");
      d.net.accepting(
          "192.0.2.1",
          FAST,
          answering(
              d,
              redirect(302, "/again").with("Set-Cookie", "id=42; Path=/"),
              redirect(302, "ws://other.example/")));
      d.net.accepting("192.0.2.2", FAST, answering(d));
      connect(d, "ws://a.example.com/").result();
      assertThat(requests.get(0).fields().first("Cookie")).isNull();
      assertThat(requests.get(1).fields().first("Cookie")).contains("id=").contains("42");
      assertThat(requests.get(2).fields().first("Cookie")).isNull();
      assertThat(cookies.getCookieStore().getCookies()).hasSize(1);
    }
  }

  // ---- the deadline

  @Test
  void oneDeadlineIsOverAllOfIt() {
    List<ConnectReport> reports = new ArrayList<>();
    try (Dialled d =
        new Dialled(
            b ->
                b.deadline(Duration.ofMillis(100))
                    .redirects(9)
                    .onConnect((r, e) -> reports.add(r)))) {
      Reply again = redirect(307, "/again");
      d.net
          .name("example.com", "192.0.2.1")
          .lookupTime(Duration.ofMillis(10))
          .accepting(
              "192.0.2.1", Duration.ofMillis(25), answering(d, again, again, again, again, again));
      Recorded<WebSocketStream> connect = d.connect("ws://example.com/");
      d.pass(99);
      connect.assertPending();
      d.pass(1);
      assertThat(connect.assertFailed(StreamError.TIMEOUT))
          .hasMessageContaining("connecting to ws://example.com:80/ took longer than 100 ms")
          .hasMessageContaining("the last step was: ");
      assertThat(reports).containsExactly(ConnectReport.of(connect.error()));
      assertThat(reports.get(0).took()).isEqualTo(Duration.ofMillis(100));
      assertThat(reports.get(0).steps())
          .extracting(ConnectReport.Step::stage)
          .startsWith("resolve", "connect", "upgrade", "redirect", "resolve", "connect");
      assertThat(requests).hasSize(2);
    }
  }

  @Test
  void aServerThatSaysNothingIsGivenUpAtTheDeadline() {
    try (Dialled d = new Dialled(b -> b.deadline(Duration.ofSeconds(2)))) {
      d.net.accepting("192.0.2.1", FAST, end -> {});
      Recorded<WebSocketStream> connect = d.connect("ws://192.0.2.1/");
      d.pass(2_000);
      assertThat(connect.assertFailed(StreamError.TIMEOUT)).hasMessageContaining("upgrade");
    }
  }

  @Test
  void aConnectThatSucceedsIsReportedToo() {
    List<ConnectReport> reports = new ArrayList<>();
    try (Dialled d = new Dialled(b -> b.onConnect((report, error) -> reports.add(report)))) {
      d.net.accepting("192.0.2.1", FAST, answering(d));
      connect(d, "ws://192.0.2.1/chat").result();
      assertThat(reports).hasSize(1);
      assertThat(reports.get(0).steps())
          .extracting(ConnectReport.Step::stage)
          .containsExactly("connect", "upgrade");
      assertThat(reports.get(0)).asString().contains("192.0.2.1 port 80: done, after 20 ms");
    }
  }
}
