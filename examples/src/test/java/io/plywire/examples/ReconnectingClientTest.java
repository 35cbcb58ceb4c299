// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples;

import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.reconnect.Delivery;
import io.plywire.websocket.reconnect.Reconnector;
import io.plywire.websocket.reconnect.ReconnectorState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconnectingClientTest {
  private final BlockingQueue<WebSocketStream> connections = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> feed = new LinkedBlockingQueue<>();

  @Test
  void survivesARestartInMemory() throws Exception {
    survivesARestart("ws+memory://restarts/");
  }

  @Test
  void survivesARestartOverSockets(@TempDir Path folder) throws Exception {
    Path socket = folder.resolve("s");
    survivesARestart("ws+unix:" + socket + ":/");
    Files.deleteIfExists(socket);
  }

  private void survivesARestart(String uri) throws Exception {
    WebSocketServer server = serve(uri);
    Reconnector reconnector = ReconnectingClient.follow(uri, feed::add);
    assertThat(next(feed)).isEqualTo("hello");
    say(reconnector, "before");
    assertThat(next(feed)).isEqualTo("before");
    server.close();
    server.awaitClosed();
    next(connections).abort();
    try (WebSocketServer again = serve(uri)) {
      assertThat(next(feed)).isEqualTo("hello");
      say(reconnector, "after");
      assertThat(next(feed)).isEqualTo("after");
      ReconnectorState last =
          reconnector.asyncClose(CloseReason.NORMAL, useFuture()).get(20, TimeUnit.SECONDS);
      assertThat(last.phase()).isEqualTo(ReconnectorState.Phase.STOPPED);
      assertThat(last.attempt()).isGreaterThan(1);
      assertThat(again.endpoint()).isNotNull();
    }
  }

  private WebSocketServer serve(String uri) throws IOException {
    return WebSocketServer.listen(
        uri,
        (ws, request) -> {
          connections.add(ws);
          EchoServer.echo(ws);
        });
  }

  private static void say(Reconnector reconnector, String text) throws Exception {
    CompletableFuture<Delivery> told = new CompletableFuture<>();
    ReconnectingClient.say(reconnector, text, told::complete);
    assertThat(told.get(60, TimeUnit.SECONDS)).isEqualTo(Delivery.SENT);
  }

  /** With patience: the default pauses are for servers with many clients. */
  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(60, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }
}
