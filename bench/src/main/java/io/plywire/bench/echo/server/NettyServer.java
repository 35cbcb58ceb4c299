// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.plywire.bench.echo.wire.Security;
import io.plywire.bench.echo.wire.TlsSetup;
import io.plywire.certificates.MadeCertificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import javax.net.ssl.SSLException;

/** Netty on event loops that write what a turn brought with one flush. */
final class NettyServer {
  private static final int MAX_REQUEST_BYTES = 16 << 10;

  private NettyServer() {}

  /** Starts a server on selectors. */
  static EchoServer nio(Security security, int loops) throws InterruptedException, SSLException {
    return start(security, loops, NioIoHandler.newFactory(), NioServerSocketChannel.class);
  }

  /** Starts a server on native epoll; only on Linux for x86-64. */
  static EchoServer epoll(Security security, int loops) throws InterruptedException, SSLException {
    Epoll.ensureAvailability();
    return start(security, loops, EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end
  private static EchoServer start(
      Security security, int loops, IoHandlerFactory io, Class<? extends ServerChannel> type)
      throws InterruptedException, SSLException {
    SslContext tls = security == Security.NONE ? null : tls(security);
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(loops, io);
    WebSocketServerProtocolConfig config =
        WebSocketServerProtocolConfig.newBuilder()
            .websocketPath("/echo")
            .maxFramePayloadLength(EchoServer.MAX_MESSAGE_BYTES)
            .build();
    Channel listener =
        new ServerBootstrap()
            .group(group)
            .channel(type)
            .option(ChannelOption.SO_BACKLOG, EchoServer.BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    if (tls != null) {
                      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    }
                    channel
                        .pipeline()
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(MAX_REQUEST_BYTES))
                        .addLast(new WebSocketServerProtocolHandler(config))
                        .addLast(Echo.INSTANCE);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    int port = ((InetSocketAddress) listener.localAddress()).getPort();
    return new EchoServer(port, group::shutdownGracefully);
  }

  private static SslContext tls(Security security) throws SSLException {
    MadeCertificate certificate = TlsSetup.certificate();
    return SslContextBuilder.forServer(certificate.key(), certificate.chain())
        .sslProvider(security == Security.TCNATIVE ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
        .protocols(TlsSetup.PROTOCOL)
        .ciphers(List.of(TlsSetup.SUITE))
        .build();
  }

  @Sharable
  private static final class Echo extends ChannelInboundHandlerAdapter {
    static final Echo INSTANCE = new Echo();

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // void, and a failure closes the connection
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof BinaryWebSocketFrame || message instanceof TextWebSocketFrame) {
        context.write(message, context.voidPromise());
      } else {
        ReferenceCountUtil.release(message);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close(); // a client that has measured enough just leaves
    }
  }
}
