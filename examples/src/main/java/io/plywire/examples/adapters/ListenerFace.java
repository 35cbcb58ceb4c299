// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.adapters;

import io.plywire.adapters.listener.CallbackWebSocket;
import io.plywire.adapters.listener.WebSocketListener;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketServer;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Listeners on both sides. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails is told by onFailure
public final class ListenerFace {
  private ListenerFace() {}

  /** Sends every text back, and takes the next one when it has gone. */
  static final class Echo implements WebSocketListener {
    @Override
    public CompletionStage<?> onMessage(CallbackWebSocket ws, String text) {
      return ws.send(text);
    }
  }

  static WebSocketServer serve(String uri) throws IOException {
    return WebSocketServer.listen(uri, CallbackWebSocket.serving(request -> new Echo()));
  }

  /** Says hello, and closes when the answer is there. */
  static final class Hello implements WebSocketListener {
    private final Consumer<String> told;

    Hello(Consumer<String> told) {
      this.told = told;
    }

    @Override
    public void onOpen(CallbackWebSocket ws) {
      ws.send("hello");
    }

    @Override
    public @Nullable CompletionStage<?> onMessage(CallbackWebSocket ws, String text) {
      told.accept(text);
      ws.close(1000, "");
      return null;
    }

    @Override
    public void onClose(CallbackWebSocket ws, CloseOutcome outcome) {
      told.accept("closed with " + outcome.code());
    }

    @Override
    public void onFailure(CallbackWebSocket ws, Throwable error) {
      told.accept("broken: " + error);
    }
  }

  static CompletableFuture<CallbackWebSocket> ask(String uri, Consumer<String> told) {
    return CallbackWebSocket.connect(WebSocketClient.create(), uri, new Hello(told));
  }
}
