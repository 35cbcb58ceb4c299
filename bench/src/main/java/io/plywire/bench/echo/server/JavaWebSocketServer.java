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
final class JavaWebSocketServer extends WebSocketServer {
  private static final int DECODERS = 1;

  private final CountDownLatch started = new CountDownLatch(1);

  private JavaWebSocketServer() {
    super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), DECODERS);
  }

  static EchoServer startEcho() throws IOException, InterruptedException {
    JavaWebSocketServer server = new JavaWebSocketServer();
    server.setTcpNoDelay(true);
    server.setMaxPendingConnections(EchoServer.BACKLOG);
    server.setDaemon(true);
    server.setConnectionLostTimeout(0); // else it ends clients that do not answer its pings
    server.start();
    if (!server.started.await(30, TimeUnit.SECONDS)) {
      throw new IOException("Java-WebSocket does not start");
    }
    return new EchoServer(server.getPort(), server::stop);
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
