// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers;

import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketServer.ConnectionHandler;
import io.plywire.websocket.WebSocketStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Says goodbye to every WebSocket before the server stops, which no server does by itself for what
 * was taken over.
 *
 * <p>Thread safety: every method may be called by any thread.
 */
public final class OpenWebSockets implements ConnectionHandler {
  private final ConnectionHandler application;
  private final Set<WebSocketStream> open = ConcurrentHashMap.newKeySet();

  /**
   * Makes an empty list.
   *
   * @param application gets every WebSocket, and calls {@link #left} when one has ended
   */
  public OpenWebSockets(ConnectionHandler application) {
    this.application = application;
  }

  @Override
  public void opened(WebSocketStream webSocket, UpgradeRequest request) {
    open.add(webSocket);
    application.opened(webSocket, request);
  }

  /** Forgets one that has ended. */
  public void left(WebSocketStream webSocket) {
    open.remove(webSocket);
  }

  /**
   * Tells all that the server goes away, and waits until they have left. The application sees their
   * ends as ever.
   *
   * @param patience how long to wait
   * @return whether all have left
   * @throws InterruptedException if the calling thread is interrupted
   */
  public boolean sayGoodbye(Duration patience) throws InterruptedException {
    List<WebSocketStream> all = List.copyOf(open);
    CountDownLatch leaving = new CountDownLatch(all.size());
    for (WebSocketStream each : all) {
      try {
        each.asyncClose(
            CloseReason.of(CloseCode.GOING_AWAY), (error, outcome) -> leaving.countDown());
      } catch (IllegalStateException e) {
        leaving.countDown(); // the application is closing it already
      }
    }
    return leaving.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }
}
