// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import io.plywire.adapters.internal.CallbackThreads;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketOptions;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Makes builders of {@link WebSocket}s that run on plywire: to take in place of {@link
 * java.net.http.HttpClient#newWebSocketBuilder()}, with the rest of the program as it is.
 *
 * {@snippet :
 * WebSocket ws =
 *     JdkWebSockets.newWebSocketBuilder()
 *         .subprotocols("chat")
 *         .buildAsync(URI.create("ws://localhost:8080/"), listener)
 *         .join();
 * }
 *
 * <p>Methods of the listener, and what depends on the futures, run on an executor and not on the
 * event loop, so they may block. For one WebSocket they run one at a time, the next after the last
 * one has returned.
 *
 * <p>Thread safety: the methods may be called by any thread. A builder is for one thread at a time,
 * a WebSocket for all. See the package for what differs from the JDK's implementation.
 */
public final class JdkWebSockets {
  private static final class Holder {
    static final WebSocketClient CLIENT =
        WebSocketClient.builder()
            .deadline(Duration.ZERO)
            .transportOptions(TransportOptions.defaults().withConnectTimeout(Duration.ZERO))
            .options(
                WebSocketOptions.defaults().withTimeouts(Timeouts.none()).withReadMessageMax(0))
            .build();
  }

  private JdkWebSockets() {}

  /**
   * Makes a builder whose WebSockets behave as those of the JDK where that has no setting: without
   * a deadline, keep-alive pings, a limit for messages, and compression. Providers are looked up
   * with the first one. Callbacks run on a pool of daemon threads.
   */
  public static WebSocket.Builder newWebSocketBuilder() {
    return newWebSocketBuilder(Holder.CLIENT);
  }

  /**
   * Makes a builder whose WebSockets a client opens, and behave by its options. Callbacks run on a
   * pool of daemon threads.
   *
   * @param client decides about transport, proxies, TLS, compression, limits and timeouts; what the
   *     builder is told comes in addition. Its keep-alive pings are answered by pongs that the
   *     listener hears of
   */
  public static WebSocket.Builder newWebSocketBuilder(WebSocketClient client) {
    return newWebSocketBuilder(client, CallbackThreads.pool());
  }

  /**
   * Makes a builder whose WebSockets a client opens, and choose where callbacks run.
   *
   * @param client as in {@link #newWebSocketBuilder(WebSocketClient)}
   * @param executor runs the listener's methods and completes futures; must not run tasks in the
   *     thread that posts them; remains the caller's to shut down
   */
  public static WebSocket.Builder newWebSocketBuilder(WebSocketClient client, Executor executor) {
    return new SocketBuilder(
        Objects.requireNonNull(client, "client"), Objects.requireNonNull(executor, "executor"));
  }
}
