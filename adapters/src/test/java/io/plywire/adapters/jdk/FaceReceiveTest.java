// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import static io.plywire.adapters.jdk.ScriptedServer.Connection.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.adapters.jdk.ScriptedServer.Connection;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our implementation, and where it goes further than the JDK's. */
class FaceReceiveTest extends ReceiveContract {
  @Override
  WebSocket.Builder builder() {
    return JdkWebSockets.newWebSocketBuilder();
  }

  /** It is documented, and the JDK's looks at no stage but that of onClose. */
  @ParameterizedTest
  @ValueSource(strings = {"text", "binary", "ping", "pong"})
  void stageThatFailsIsAnError(String method) {
    RuntimeException failure = new RuntimeException("failed on purpose");
    calls.reaction =
        (ws, call) -> {
          ws.request(1);
          return call.method().equals(method) ? CompletableFuture.failedFuture(failure) : null;
        };
    CompletableFuture<WebSocket> building = builder().buildAsync(server.uri(), calls);
    Connection peer = server.accept();
    calls.next("open");
    get(building);
    peer.send(
        switch (method) {
          case "text" -> text(true, utf8("a"));
          case "binary" -> frame(true, 2, new byte[1]);
          case "ping" -> frame(true, 9, new byte[1]);
          default -> frame(true, 10, new byte[1]);
        });
    calls.next(method);
    assertThat(calls.next("error")).isSameAs(failure);
    peer.awaitEnd();
  }

  /** The JDK's leaves the connection open then, without an answer to the peer. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closeThatFailsEndsTheConnection(boolean thrown) {
    Pair pair = connectAndRequestAll();
    RuntimeException purpose = new IllegalStateException("on purpose");
    calls.reaction =
        (ws, call) -> {
          if (thrown) {
            throw purpose;
          }
          return CompletableFuture.failedFuture(purpose);
        };
    pair.peer().closeFrame(1000, "");
    calls.next("close");
    pair.peer().awaitEnd();
    assertThat(pair.ws().isOutputClosed()).isTrue();
    assertThat(calls.others()).isEmpty();
  }
}
