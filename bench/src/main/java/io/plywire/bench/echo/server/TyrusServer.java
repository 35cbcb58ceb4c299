// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import org.glassfish.grizzly.threadpool.ThreadPoolConfig;
import org.glassfish.tyrus.container.grizzly.server.GrizzlyServerContainer;
import org.glassfish.tyrus.core.TyrusWebSocketEngine;
import org.glassfish.tyrus.server.Server;

/** Tyrus on Grizzly, with one thread that selects and one that works. */
final class TyrusServer implements EchoServer {
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  private final Server server;

  TyrusServer() throws IOException {
    server =
        new Server(
            InetAddress.getLoopbackAddress().getHostAddress(),
            0,
            "/",
            Map.of(
                GrizzlyServerContainer.SELECTOR_THREAD_POOL_CONFIG,
                ThreadPoolConfig.defaultConfig().setCorePoolSize(1).setMaxPoolSize(1),
                GrizzlyServerContainer.WORKER_THREAD_POOL_CONFIG,
                ThreadPoolConfig.defaultConfig().setCorePoolSize(1).setMaxPoolSize(1),
                TyrusWebSocketEngine.INCOMING_BUFFER_SIZE,
                MAX_MESSAGE_BYTES),
            Echo.class);
    try {
      server.start();
    } catch (DeploymentException e) {
      throw new IOException("Tyrus does not start", e);
    }
  }

  @Override
  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.stop();
  }

  /** One for each connection. */
  @ServerEndpoint("/echo")
  public static final class Echo {
    /** Sends a message back. */
    @SuppressWarnings("FutureReturnValueIgnored") // a failure ends the session
    @OnMessage(maxMessageSize = MAX_MESSAGE_BYTES)
    public void onMessage(ByteBuffer message, Session session) {
      session.getAsyncRemote().sendBinary(message);
    }
  }
}
