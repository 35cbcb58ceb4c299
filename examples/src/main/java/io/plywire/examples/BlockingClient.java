// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples;

import io.plywire.websocket.WebSocketClient;
import java.io.IOException;

/** Says hello and prints the answer, one call after the other. Any thread will do, virtual too. */
public final class BlockingClient {
  private BlockingClient() {}

  // README: blocking client
  static String ask(String uri) throws IOException {
    try (var ws = WebSocketClient.create().connect(uri)) {
      ws.write("hello");
      return ws.read().text();
    }
  }

  // README: end

  /**
   * Asks once.
   *
   * @param args the URI to connect to
   * @throws IOException if it fails
   */
  public static void main(String[] args) throws IOException {
    System.out.println(ask(args[0]));
  }
}
