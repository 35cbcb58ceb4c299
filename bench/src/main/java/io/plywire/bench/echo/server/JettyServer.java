// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** Jetty with one selector, which asks for the next message when one has gone back. */
final class JettyServer {
  /** Jetty wants one to select, one to take over from it, and one to spare. */
  private static final int THREADS = 3;

  private static final int BUFFER_BYTES = 64 << 10;

  private JettyServer() {}

  static EchoServer start() throws Exception {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS);
    threads.setReservedThreads(0);
    Server server = new Server(threads);
    ServerConnector connector = new ServerConnector(server, 0, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    connector.setAcceptQueueSize(EchoServer.BACKLOG);
    connector.setAcceptedTcpNoDelay(true);
    server.addConnector(connector);
    server.setHandler(
        WebSocketUpgradeHandler.from(
            server,
            container -> {
              container.setMaxBinaryMessageSize(EchoServer.MAX_MESSAGE_BYTES);
              container.setMaxTextMessageSize(EchoServer.MAX_MESSAGE_BYTES);
              container.setMaxFrameSize(EchoServer.MAX_MESSAGE_BYTES);
              container.setInputBufferSize(BUFFER_BYTES);
              container.setOutputBufferSize(BUFFER_BYTES);
              container.setAutoFragment(false);
              container.setIdleTimeout(Duration.ZERO);
              container.addMapping("/echo", (request, response, callback) -> new Echo());
            }));
    server.start();
    return new EchoServer(connector.getLocalPort(), server::stop);
  }

  /** One message at a time. */
  public static final class Echo implements Session.Listener {
    @SuppressWarnings("NullAway.Init") // opening comes before all else
    private Session session;

    @Override
    public void onWebSocketOpen(Session opened) {
      session = opened;
      opened.demand();
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
      session.sendBinary(
          payload,
          Callback.from(
              () -> {
                callback.succeed();
                session.demand();
              },
              callback::fail));
    }

    @Override
    public void onWebSocketText(String message) {
      session.sendText(message, Callback.from(session::demand, failure -> {}));
    }

    @Override
    public void onWebSocketError(Throwable cause) {
      // A client that has measured enough just leaves, which Jetty would log otherwise.
    }
  }
}
