// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import io.plywire.bench.echo.wire.Security;
import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioTransport;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.tls.TlsOptions;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** plywire as one writes it who wants neither garbage nor memory in idle connections. */
final class PlywireServer implements EchoServer {
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  private final NioEventLoopGroup group;
  private final WebSocketServer server;

  PlywireServer(Security security, int loops) throws IOException {
    group = new NioEventLoopGroup(loops);
    boolean secure = security != Security.NONE;
    TransportOptions transport = TransportOptions.defaults();
    if (secure) {
      transport = transport.with(TlsOptions.CONTEXT, security.serverContext());
    }
    server =
        WebSocketServer.builder()
            .transport(new NioTransport(group))
            .transportOptions(transport)
            .options(
                WebSocketOptions.defaults()
                    .withReadMessageMax(MAX_MESSAGE_BYTES)
                    .withAutoFragment(false))
            .listen(
                (secure ? "wss" : "ws") + "://127.0.0.1:0/",
                (webSocket, request) -> new Echo(webSocket).start());
  }

  @Override
  public int port() {
    return server.endpoint().port();
  }

  @Override
  public void close() {
    server.close();
    group.close();
  }

  /**
   * Read, write, read, with memory that the loop lends while there is a message, and one object
   * that handles both. The memory goes back as soon as the message is written: that handler runs
   * within the call, which is no recursion, since the one of the next read does not.
   */
  private static final class Echo implements IoHandler {
    private final WebSocketStream webSocket;
    private final MessageBuffer message;
    private boolean writing;

    Echo(WebSocketStream webSocket) {
      this.webSocket = webSocket;
      this.message = MessageBuffer.borrowing(webSocket.executor().buffers(), MAX_MESSAGE_BYTES);
    }

    void start() {
      webSocket.asyncRead(message, this);
    }

    @Override
    public void completed(@Nullable IOException error, long bytes) {
      if (error != null) {
        message.clear();
      } else if (writing) {
        writing = false;
        message.clear();
        webSocket.asyncRead(message, this);
      } else {
        writing = true;
        webSocket.asyncWrite(MessageKind.BINARY, message, this);
      }
    }

    @Override
    public @Nullable Executor immediateExecutor() {
      return writing ? InlineExecutor.instance() : null;
    }
  }
}
