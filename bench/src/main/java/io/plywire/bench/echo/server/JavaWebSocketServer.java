// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/** Java-WebSocket with one thread that selects and one that decodes. */
final class JavaWebSocketServer implements EchoServer {
  private static final int DECODERS = 1;
  private static final int BACKLOG = 1024;
  private static final int START_SECONDS = 30;

  private final Echo server = new Echo();

  JavaWebSocketServer() throws IOException, InterruptedException {
    server.setTcpNoDelay(true);
    server.setMaxPendingConnections(BACKLOG);
    server.setDaemon(true);
    server.setConnectionLostTimeout(0); // else it ends clients that do not answer its pings
    server.start();
    if (!server.started.await(START_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("Java-WebSocket does not start");
    }
  }

  @Override
  public int port() {
    return server.getPort();
  }

  @Override
  public void close() throws IOException {
    try {
      server.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Echo extends WebSocketServer {
    final CountDownLatch started = new CountDownLatch(1);

    Echo() {
      super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), DECODERS);
    }

    @Override
    public void onStart() {
      started.countDown();
    }

    @Override
    public void onMessage(WebSocket connection, ByteBuffer message) {
      try {
        connection.send(message);
      } catch (WebsocketNotConnectedException e) {
        // a client that has measured enough just leaves
      }
    }

    @Override
    public void onMessage(WebSocket connection, String message) {
      connection.send(message);
    }

    @Override
    public void onOpen(WebSocket connection, ClientHandshake handshake) {}

    @Override
    public void onClose(WebSocket connection, int code, String reason, boolean remote) {}

    @Override
    public void onError(@Nullable WebSocket connection, Exception error) {
      if (connection == null) {
        throw new IllegalStateException("Java-WebSocket failed", error);
      }
    }
  }
}
