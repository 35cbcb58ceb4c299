// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import static io.plywire.adapters.jdk.ScriptedServer.Connection.closePayload;
import static io.plywire.adapters.jdk.ScriptedServer.Connection.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.adapters.jdk.ScriptedServer.Connection;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the suites have in common that say what {@link WebSocket} documents: each test stands for
 * one sentence there, and runs against the JDK's implementation and against ours.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class WebSocketContract {
  final ScriptedServer server = new ScriptedServer();
  final Calls calls = new Calls();

  /** Returns a new builder of the implementation. */
  abstract WebSocket.Builder builder();

  @AfterEach
  void closeServer() {
    server.close();
    assertThat(calls.overlaps).hasValue(0);
  }

  /** A client and the server's side of it. */
  record Pair(WebSocket ws, Connection peer) {}

  /** Connects with a listener that has requested nothing. */
  Pair connect() {
    CompletableFuture<WebSocket> building = builder().buildAsync(server.uri(), calls);
    Connection peer = server.accept();
    WebSocket ws = get(building);
    calls.next("open");
    return new Pair(ws, peer);
  }

  /** Connects with a listener that requests whatever comes. */
  Pair connectAndRequestAll() {
    Pair pair = connect();
    pair.ws.request(Long.MAX_VALUE);
    return pair;
  }

  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  static Throwable failure(CompletableFuture<?> future) {
    try {
      throw new AssertionError("no failure but " + future.get(60, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Lets something go each way, so that what was to come before has come. */
  void roundTrip(Pair pair, String marker) {
    get(pair.ws.sendText(marker, true));
    assertThat(pair.peer.readMessage()).isEqualTo(marker.getBytes());
  }

  static byte[] text(boolean fin, byte[] payload) {
    return frame(fin, 1, payload);
  }

  static byte[] close(int code, String reason) {
    return frame(true, 8, closePayload(code, reason));
  }
}
