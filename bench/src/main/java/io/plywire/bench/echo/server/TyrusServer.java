// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import jakarta.websocket.DeploymentException;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import org.glassfish.grizzly.threadpool.ThreadPoolConfig;
import org.glassfish.tyrus.container.grizzly.server.GrizzlyServerContainer;
import org.glassfish.tyrus.core.TyrusWebSocketEngine;
import org.glassfish.tyrus.server.Server;

/** Tyrus on Grizzly, with one thread that selects and one that works. */
final class TyrusServer {
  private TyrusServer() {}

  static EchoServer start() throws DeploymentException {
    Server server =
        new Server(
            InetAddress.getLoopbackAddress().getHostAddress(),
            -1, // any that is free
            "/",
            Map.of(
                GrizzlyServerContainer.SELECTOR_THREAD_POOL_CONFIG,
                ThreadPoolConfig.defaultConfig().setCorePoolSize(1).setMaxPoolSize(1),
                GrizzlyServerContainer.WORKER_THREAD_POOL_CONFIG,
                ThreadPoolConfig.defaultConfig().setCorePoolSize(1).setMaxPoolSize(1),
                TyrusWebSocketEngine.INCOMING_BUFFER_SIZE,
                EchoServer.MAX_MESSAGE_BYTES),
            Echo.class);
    server.start();
    return new EchoServer(server.getPort(), server::stop);
  }

  /** One for each connection. */
  @ServerEndpoint("/echo")
  public static final class Echo {
    /** Sends a message back. */
    @SuppressWarnings("FutureReturnValueIgnored") // a failure ends the session
    @OnMessage(maxMessageSize = EchoServer.MAX_MESSAGE_BYTES)
    public void onMessage(ByteBuffer message, Session session) {
      session.getAsyncRemote().sendBinary(message);
    }

    /** Sends a text back. */
    @SuppressWarnings("FutureReturnValueIgnored")
    @OnMessage(maxMessageSize = EchoServer.MAX_MESSAGE_BYTES)
    public void onMessage(String message, Session session) {
      session.getAsyncRemote().sendText(message);
    }
  }
}
