// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import static io.undertow.Handlers.websocket;

import io.undertow.Undertow;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketCallback;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.Options;
import org.xnio.Pooled;

/** Undertow on I/O threads that send the pooled buffers back that a message came in. */
final class UndertowServer {
  private static final int BUFFER_BYTES = 64 << 10;

  private UndertowServer() {}

  static EchoServer start(int loops) {
    Undertow undertow =
        Undertow.builder()
            .addHttpListener(0, InetAddress.getLoopbackAddress().getHostAddress())
            .setIoThreads(loops)
            .setWorkerThreads(1)
            .setBufferSize(BUFFER_BYTES)
            .setSocketOption(Options.TCP_NODELAY, true)
            .setHandler(
                websocket(
                    (exchange, channel) -> {
                      channel.getReceiveSetter().set(new Echo());
                      channel.resumeReceives();
                    }))
            .build();
    undertow.start();
    InetSocketAddress address = (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
    return new EchoServer(address.getPort(), undertow::stop);
  }

  @SuppressWarnings("deprecation") // Pooled is, but there is no other way to a message's memory
  private static final class Echo extends AbstractReceiveListener
      implements WebSocketCallback<Pooled<ByteBuffer[]>> {
    @Override
    protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
      Pooled<ByteBuffer[]> data = message.getData();
      WebSockets.sendBinary(data.getResource(), channel, this, data);
    }

    @Override
    protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
      WebSockets.sendText(message.getData(), channel, null);
    }

    @Override
    public void complete(WebSocketChannel channel, Pooled<ByteBuffer[]> data) {
      data.close();
    }

    @Override
    public void onError(
        WebSocketChannel channel, Pooled<ByteBuffer[]> data, @Nullable Throwable error) {
      data.close();
    }
  }
}
