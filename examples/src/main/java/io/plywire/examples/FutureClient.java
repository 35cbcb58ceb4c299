// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples;

import static io.plywire.stream.CompletionToken.useFuture;

import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketStream;
import java.util.concurrent.CompletableFuture;

/** Says hello and prints the answer, as a chain of futures. */
public final class FutureClient {
  private FutureClient() {}

  // README: future client
  static CompletableFuture<String> ask(String uri) {
    return WebSocketClient.create().asyncConnect(uri, useFuture()).thenCompose(ws -> talk(ws));
  }

  static CompletableFuture<String> talk(WebSocketStream ws) {
    return ws.asyncWrite("hello", useFuture())
        .thenCompose(bytes -> ws.asyncRead(useFuture()))
        .thenApply(Message::text)
        .whenComplete((answer, error) -> ws.asyncClose(CloseReason.NORMAL, useFuture()));
  }

  // README: end

  /**
   * Asks once.
   *
   * @param args the URI to connect to
   */
  public static void main(String[] args) {
    System.out.println(ask(args[0]).join());
  }
}
