// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.browser;

import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonPrimitive;
import io.plywire.certificates.MadeCertificate;
import io.plywire.examples.chat.ChatServer;
import io.plywire.examples.chat.SharedToken;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.TlsOptions;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.ShutdownReport;
import io.plywire.websocket.WebSocketServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of the chat in a real browser, used by keyboard. */
@Timeout(900)
class ChatInBrowserTest {
  private static final String TOKEN = "it's a + secret & more";

  private static @Nullable Chromium browser;

  @BeforeAll
  static void chromiumIsThere() throws Exception {
    Path program = Chromium.find();
    assumeTrue(program != null, "there is no Chromium on this machine");
    browser = Chromium.start(program);
  }

  @AfterAll
  static void close() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  private static WebSocketServer serve(String uri) throws Exception {
    WebSocketServer.Builder builder =
        WebSocketServer.builder().options(ChatServer.options()).limits(ChatServer.limits());
    if (uri.startsWith("wss")) {
      MadeCertificate own =
          MadeCertificate.authority("chat").issue(MadeCertificate.Kind.P256, "localhost");
      builder.with(
          TlsOptions.CONTEXT,
          TlsContext.of(TlsConfig.server(TlsIdentity.of(own.key(), own.chain()))));
    }
    return new ChatServer(new SharedToken(TOKEN)).listen(builder, uri);
  }

  private static Page open(WebSocketServer server) throws Exception {
    Page page = browser.open(server.endpoint().toString().replaceFirst("^ws", "http"));
    page.evaluate("at('name').focus()"); // as autofocus does, but some time after the page is there
    return page;
  }

  /** Fills in the form, from field to field. */
  private static Page join(WebSocketServer server, String name) throws Exception {
    Page page = open(server);
    page.type(name);
    page.tab();
    page.type("tea"); // in place of what is there, for Tab selects it
    page.tab();
    page.type(TOKEN);
    page.enter();
    awaitLine(page, name + " joined");
    return page;
  }

  private static void say(Page page, String text) throws Exception {
    page.type(text);
    page.enter();
  }

  private static void awaitLine(Page page, String begin) throws Exception {
    page.await(
        "[...document.querySelectorAll('#log li')].some(line => line.textContent.startsWith("
            + new JsonPrimitive(begin)
            + "))");
  }

  private static String text(Page page, String expression) throws Exception {
    return page.evaluate(expression).getAsString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws://127.0.0.1:0/", "wss://localhost:0/"})
  void twoPagesTalkUntilTheServerEnds(String uri) throws Exception {
    try (WebSocketServer server = serve(uri)) {
      Page ann = join(server, "Ann");
      Page bob = join(server, "李 Bob");
      awaitLine(ann, "李 Bob joined, 2 here");
      say(ann, "<b>hello</b> & ä 😀");
      awaitLine(bob, "Ann: <b>hello</b> & ä 😀");
      say(bob, "hi: Ann");
      awaitLine(ann, "李 Bob: hi: Ann");
      assertThat(text(ann, "String(document.querySelectorAll('#log li b').length)"))
          .as("names in bold, and nothing that somebody said")
          .isEqualTo("2");

      ann.evaluate(
          "for (let i = 0; i < 100; i++) { at('text').value = 'line ' + i; at('say').requestSubmit() }");
      CompletableFuture<ShutdownReport> report =
          server.asyncShutdown(
              new CloseReason(CloseCode.GOING_AWAY, "the server ends"),
              Duration.ZERO,
              Duration.ofMinutes(2),
              useFuture());
      for (Page page : new Page[] {ann, bob}) {
        page.await("at('state').dataset.code");
        assertThat(text(page, "at('state').dataset.code")).isEqualTo("1001");
        assertThat(text(page, "at('state').dataset.clean")).isEqualTo("true");
        assertThat(text(page, "at('state').textContent"))
            .isEqualTo("Closed: 1001 (the server ends), a clean close.");
      }
      ShutdownReport ends = report.get(DevTools.PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(ends.closed()).isEqualTo(2);
      assertThat(ends.aborted()).isZero(); // the browser may keep other connections, for pages
    }
  }

  @Test
  void pageTellsThatTheTokenIsWrongAndThatItHasLeft() throws Exception {
    try (WebSocketServer server = serve("ws://127.0.0.1:0/")) {
      Page page = open(server);
      page.type("Ann");
      page.tab();
      page.tab();
      page.type("wrong");
      page.enter();
      page.await("at('state').textContent.startsWith('Not let in.')");
      page.evaluate("at('token').value = ''; at('token').focus()");
      page.type(TOKEN);
      page.enter();
      awaitLine(page, "Ann joined, 1 here");
      page.tab(); // to the button that sends
      page.tab(); // to the one that leaves
      page.enter();
      page.await("at('state').dataset.code");
      assertThat(text(page, "at('state').textContent")).isEqualTo("Closed: 1000, a clean close.");
    }
  }
}
