// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples;

import io.plywire.transport.Resolver;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.reconnect.Reconnector;
import io.plywire.websocket.reconnect.ReconnectorState;
import java.net.CookieManager;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Clients that say how they want to connect, and hear how it went. */
public final class ThoroughClient {
  private ThoroughClient() {}

  static WebSocketClient client(Supplier<String> token) {
    return WebSocketClient.builder()
        .deadline(Duration.ofSeconds(20)) // for all of it
        .resolver(Resolver.system().cached(Duration.ofMinutes(5), Duration.ofSeconds(5)))
        .redirects(3)
        .cookies(new CookieManager())
        .onUnauthorized(challenge -> challenge.answer("Bearer " + token.get()))
        .build();
  }

  static void explain(Throwable error) {
    ConnectReport report = ConnectReport.of(error);
    if (report != null) {
      report.steps().forEach(System.err::println);
    }
  }

  static Reconnector authenticated(
      Supplier<String> token, Consumer<String> feed, Consumer<ReconnectorState> log) {
    return Reconnector.builder(WebSocketClient.create(), "wss://example.com/feed")
        .onOpen((ws, first, done) -> ws.asyncWrite(token.get(), (e, n) -> done.completed(e, null)))
        .onMessage(message -> feed.accept(message.text()))
        .onState(log)
        .start();
  }
}
