// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.adapters;

import io.plywire.adapters.jdk.JdkWebSockets;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.deflate.DeflateOptions;
import java.net.URI;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A program that is written to java.net.http, of which one line has changed. */
public final class JdkFace {
  private JdkFace() {}

  static String ask(URI uri) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    WebSocket ws =
        JdkWebSockets.newWebSocketBuilder() // was: HttpClient.newHttpClient().newWebSocketBuilder()
            .header("X-Tenant", "blue")
            .buildAsync(uri, new Answer(answer))
            .join();
    ws.sendText("hel", false).thenCompose(sent -> sent.sendText("lo", true)).join();
    String text = answer.join();
    ws.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    return text;
  }

  static WebSocket.Builder compressing() {
    WebSocketOptions options = WebSocketOptions.defaults().withDeflate(DeflateOptions.defaults());
    return JdkWebSockets.newWebSocketBuilder(WebSocketClient.builder().options(options).build());
  }

  /** Puts the parts of a text together. */
  private static final class Answer implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<String> whole;

    Answer(CompletableFuture<String> whole) {
      this.whole = whole;
    }

    @Override
    public CompletionStage<?> onText(WebSocket ws, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        whole.complete(text.toString());
      }
      ws.request(1);
      return CompletableFuture.completedStage(null);
    }
  }
}
