// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples;

import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.reconnect.Delivery;
import io.plywire.websocket.reconnect.Reconnector;
import java.util.function.Consumer;

/** Follows a feed, also when the server restarts, and tells what became of what it says. */
public final class ReconnectingClient {
  private ReconnectingClient() {}

  // README: reconnecting client
  static Reconnector follow(String uri, Consumer<String> feed) {
    return Reconnector.builder(WebSocketClient.create(), uri)
        .onOpen((ws, first, done) -> ws.asyncWrite("hello", (e, n) -> done.completed(e, null)))
        .onMessage(message -> feed.accept(message.text()))
        .onState(System.out::println)
        .start();
  }

  static void say(Reconnector reconnector, String text, Consumer<Delivery> told) {
    reconnector.send(text, (error, bytes) -> told.accept(Delivery.of(error)));
  }

  // README: end

  /**
   * Follows a feed until the server says that it is over.
   *
   * @param args the URI to connect to
   */
  public static void main(String[] args) throws InterruptedException {
    Reconnector reconnector = follow(args[0], System.out::println);
    say(reconnector, "anybody there?", System.out::println);
    Thread.currentThread().join();
  }
}
