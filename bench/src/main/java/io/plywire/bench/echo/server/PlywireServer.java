// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import io.plywire.bench.echo.wire.Security;
import io.plywire.bench.echo.wire.TlsSetup;
import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioTransport;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.tls.TlsOptions;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.observe.WebSocketCounters;
import io.plywire.websocket.observe.WebSocketObserver;
import java.io.IOException;
import java.util.concurrent.Executor;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;

/** plywire as one writes it who wants neither garbage nor memory in idle connections. */
final class PlywireServer {
  private PlywireServer() {}

  static EchoServer start(Security security, int loops) throws IOException {
    return start(security, loops, null);
  }

  static EchoServer startCounted(Security security, int loops) throws IOException {
    return start(security, loops, new WebSocketCounters());
  }

  @SuppressWarnings("resource") // records until the process ends
  static EchoServer startRecorded(Security security, int loops) throws Exception {
    new Recording(Configuration.getConfiguration("default")).start();
    return start(security, loops, null);
  }

  private static EchoServer start(
      Security security, int loops, @Nullable WebSocketObserver observer) throws IOException {
    NioEventLoopGroup group = new NioEventLoopGroup(loops);
    TransportOptions transport = TransportOptions.defaults();
    TlsSetup tls = security.server();
    if (tls != null) {
      transport = transport.with(TlsOptions.CONTEXT, tls.context());
    }
    WebSocketServer server =
        WebSocketServer.builder()
            .transport(new NioTransport(group))
            .transportOptions(transport)
            .options(
                WebSocketOptions.defaults()
                    .withReadMessageMax(EchoServer.MAX_MESSAGE_BYTES)
                    .withAutoFragment(false)
                    .withObserver(observer))
            .listen(
                (tls == null ? "ws" : "wss") + "://127.0.0.1:0/",
                (webSocket, request) -> new Echo(webSocket).start());
    return new EchoServer(
        server.endpoint().port(),
        () -> {
          server.close();
          group.close();
        });
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
      message =
          MessageBuffer.borrowing(webSocket.executor().buffers(), EchoServer.MAX_MESSAGE_BYTES);
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
        webSocket.asyncWrite(webSocket.receivedKind(), message, this);
      }
    }

    @Override
    public @Nullable Executor immediateExecutor() {
      return writing ? InlineExecutor.instance() : null;
    }
  }
}
