// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.plywire.examples.containers.jetty.JettyHandler;
import io.plywire.examples.containers.jetty.JettyServlet;
import io.plywire.examples.containers.netty.NettyTakeover;
import io.plywire.examples.containers.tomcat.TomcatServlet;
import io.plywire.examples.containers.undertow.UndertowHandler;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer.ConnectionHandler;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.http.fileupload.FileUtils;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.pathmap.PathSpec;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.PathMappingsHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The servers there are, each with a WebSocket at every path. */
enum Containers {
  JETTY {
    @Override
    Container start(
        WebSocketOptions options, ConnectionHandler application, Secret tls, int idleMillis)
        throws Exception {
      PathMappingsHandler paths = new PathMappingsHandler();
      paths.addMapping(PathSpec.from("/page"), new JettyPage());
      paths.addMapping(PathSpec.from("/*"), new JettyHandler(options, application));
      return jetty(paths, tls, idleMillis);
    }
  },
  JETTY_SERVLET {
    @Override
    Container start(
        WebSocketOptions options, ConnectionHandler application, Secret tls, int idleMillis)
        throws Exception {
      ServletContextHandler context = new ServletContextHandler("/");
      context.addServlet(new ServletHolder(new PageServlet()), "/page");
      context.addServlet(new ServletHolder(new JettyServlet(options, application)), "/*");
      return jetty(context, tls, idleMillis);
    }
  },
  NETTY {
    @Override
    Container start(
        WebSocketOptions options, ConnectionHandler application, Secret tls, int idleMillis)
        throws Exception {
      NettyTakeover takeover = new NettyTakeover(options, application);
      SslContext ssl =
          tls == null ? null : SslContextBuilder.forServer(tls.key(), tls.chain()).build();
      EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
      ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
      Channel listener =
          new ServerBootstrap()
              .group(loops)
              .channel(NioServerSocketChannel.class)
              .childHandler(
                  new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      channels.add(channel);
                      if (ssl != null) {
                        channel.pipeline().addLast(ssl.newHandler(channel.alloc()));
                      }
                      channel
                          .pipeline()
                          .addLast(new HttpServerCodec())
                          .addLast(new HttpObjectAggregator(64 << 10))
                          .addLast(new Requests(takeover));
                    }
                  })
              .bind(LOOPBACK, 0)
              .sync()
              .channel();
      int port = ((InetSocketAddress) listener.localAddress()).getPort();
      return container(
          port,
          () -> {
            listener.close().sync();
            channels.close().sync(); // loops that are busy end without closing their channels
            loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
          });
    }
  },
  UNDERTOW {
    @Override
    Container start(
        WebSocketOptions options, ConnectionHandler application, Secret tls, int idleMillis)
        throws Exception {
      Undertow.Builder builder =
          Undertow.builder()
              .setIoThreads(2)
              .setWorkerThreads(2)
              .setServerOption(UndertowOptions.IDLE_TIMEOUT, idleMillis)
              .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, idleMillis)
              .setHandler(
                  Handlers.path(new UndertowHandler(options, application))
                      .addExactPath("/page", page -> page.getResponseSender().send("page")));
      Undertow server =
          (tls == null
                  ? builder.addHttpListener(0, LOOPBACK)
                  : builder.addHttpsListener(0, LOOPBACK, tls.context()))
              .build();
      server.start();
      InetSocketAddress address = (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
      return container(address.getPort(), server::stop);
    }
  },
  TOMCAT {
    @Override
    Container start(
        WebSocketOptions options, ConnectionHandler application, Secret tls, int idleMillis)
        throws Exception {
      Path folder = Files.createTempDirectory("tomcat");
      Tomcat tomcat = new Tomcat();
      tomcat.setBaseDir(folder.toString());
      tomcat.setPort(0);
      tomcat.getConnector().setProperty("address", LOOPBACK);
      tomcat.getConnector().setProperty("connectionTimeout", Integer.toString(idleMillis));
      if (tls != null) {
        tomcat.getConnector().setProperty("SSLEnabled", "true");
        tomcat.getConnector().addSslHostConfig(hostConfig(tls));
      }
      Context context = tomcat.addContext("", null);
      Tomcat.addServlet(context, "page", new PageServlet());
      context.addServletMapping("/page", "page");
      Tomcat.addServlet(context, "websocket", new TomcatServlet(options, application));
      context.addServletMapping("/*", "websocket");
      tomcat.start();
      return container(
          tomcat.getConnector().getLocalPort(),
          () -> {
            tomcat.stop();
            tomcat.destroy();
            FileUtils.deleteDirectory(folder.toFile());
          });
    }
  };

  static final int USUAL_IDLE_MILLIS = 30_000;
  static final String LOOPBACK = "127.0.0.1";

  /**
   * Starts one.
   *
   * @param application gets every WebSocket
   * @param tls who it is, or null to do without TLS
   * @param idleMillis how long a connection may be idle, where the server looks after that
   */
  abstract Container start(
      WebSocketOptions options, ConnectionHandler application, Secret tls, int idleMillis)
      throws Exception;

  /** Starts one without TLS. */
  Container start(WebSocketOptions options, ConnectionHandler application) throws Exception {
    return start(options, application, null, USUAL_IDLE_MILLIS);
  }

  /** How something is stopped. */
  @FunctionalInterface
  private interface Stop {
    void run() throws Exception;
  }

  private static Container container(int port, Stop stop) {
    return new Container() {
      @Override
      public int port() {
        return port;
      }

      @Override
      public void close() throws IOException {
        try {
          stop.run();
        } catch (Exception e) {
          throw new IOException("cannot be stopped", e);
        }
      }
    };
  }

  private static Container jetty(Handler handler, Secret tls, int idleMillis) throws Exception {
    Server server = new Server();
    SslContextFactory.Server factory = null;
    if (tls != null) {
      factory = new SslContextFactory.Server();
      factory.setSslContext(tls.context());
    }
    ServerConnector connector = new ServerConnector(server, factory);
    connector.setHost(LOOPBACK);
    connector.setIdleTimeout(idleMillis);
    server.addConnector(connector);
    server.setHandler(handler);
    server.start();
    return container(connector.getLocalPort(), server::stop);
  }

  private static SSLHostConfig hostConfig(Secret tls) throws Exception {
    SSLHostConfig config = new SSLHostConfig();
    SSLHostConfigCertificate certificate =
        new SSLHostConfigCertificate(config, SSLHostConfigCertificate.Type.UNDEFINED);
    certificate.setCertificateKeystore(tls.keyStore());
    certificate.setCertificateKeystorePassword(Secret.PASSWORD);
    config.addCertificate(certificate);
    return config;
  }

  /** The handler that people have, at the end of their pipeline. */
  private static final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final NettyTakeover takeover;

    Requests(NettyTakeover takeover) {
      this.takeover = takeover;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      if (request.uri().equals("/page")) {
        ByteBuf page = Unpooled.copiedBuffer("page", StandardCharsets.US_ASCII);
        DefaultFullHttpResponse response =
            new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, page);
        HttpUtil.setContentLength(response, page.readableBytes());
        context.writeAndFlush(response);
      } else {
        takeover.take(context, request);
      }
    }
  }

  private static final class JettyPage extends Handler.Abstract.NonBlocking {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      response.write(true, StandardCharsets.US_ASCII.encode("page"), callback);
      return true;
    }
  }

  private static final class PageServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getOutputStream().print("page");
    }
  }
}
