// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples;

import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketStream;
import java.util.function.Consumer;

/**
 * Says hello and prints the answer, with handlers: the style without garbage and without threads.
 */
public final class HandlerClient {
  private HandlerClient() {}

  // README: handler client
  static void ask(String uri, Consumer<String> answer) {
    WebSocketClient.create()
        .asyncConnect(
            uri,
            (error, ws) -> {
              if (ws == null) {
                answer.accept("not connected: " + error);
              } else {
                ws.asyncWrite("hello", (e, bytes) -> receive(ws, answer));
              }
            });
  }

  static void receive(WebSocketStream ws, Consumer<String> answer) {
    ws.asyncRead(
        (error, message) -> {
          answer.accept(message == null ? "no answer: " + error : message.text());
          ws.asyncClose(CloseReason.NORMAL, (e, outcome) -> {});
        });
  }

  // README: end

  /**
   * Asks once.
   *
   * @param args the URI to connect to
   */
  public static void main(String[] args) {
    ask(args[0], System.out::println);
  }
}
