// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.plywire.spi.ExecutorAdapter;
import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer.ConnectionHandler;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes WebSockets of requests. One object serves a whole server: it keeps an executor for each
 * event loop.
 */
public final class NettyTakeover {
  private static final Logger log = LoggerFactory.getLogger(NettyTakeover.class);

  private final WebSocketOptions options;
  private final ConnectionHandler application;
  private final Map<EventLoop, ExecutorAdapter> executors = new ConcurrentHashMap<>();

  /**
   * Makes one.
   *
   * @param options of every WebSocket
   * @param application gets them, on the event loop of the channel
   */
  public NettyTakeover(WebSocketOptions options, ConnectionHandler application) {
    this.options = options;
    this.application = application;
  }

  /**
   * Takes a channel over and answers the request, with 101 or a refusal. Called by a handler behind
   * an {@link HttpServerCodec} and an aggregator, on the event loop; they and all that is behind
   * them are removed, and what is before them, such as TLS, stays.
   *
   * @param request remains the caller's
   */
  public void take(ChannelHandlerContext context, FullHttpRequest request) {
    HttpFields fields = new HttpFields();
    request.headers().forEach(field -> fields.add(field.getKey(), field.getValue()));
    UpgradeRequest asked =
        new UpgradeRequest(
            request.method().name(), request.uri(), request.protocolVersion().text(), fields);
    Channel channel = context.channel();
    NettyStream stream =
        new NettyStream(
            (DuplexChannel) channel,
            executors.computeIfAbsent(channel.eventLoop(), ExecutorAdapter::new));
    channel.pipeline().addLast(stream.handler());
    removeHttp(channel.pipeline(), stream.handler()); // which hands on what it has read ahead
    WebSocketStream webSocket = new WebSocketStream(stream, options);
    webSocket.asyncAccept(
        asked,
        ByteBuffer.allocate(0),
        (error, accepted) -> {
          if (error == null) {
            application.opened(webSocket, asked);
          } else {
            log.debug("{} was refused", asked, error);
          }
        });
  }

  @SuppressWarnings("ReferenceEquality") // the very same handler
  private static void removeHttp(ChannelPipeline pipeline, ChannelHandler last) {
    List<ChannelHandler> http = new ArrayList<>();
    pipeline.forEach(
        each -> {
          if (each.getValue() != last
              && (!http.isEmpty() || each.getValue() instanceof HttpServerCodec)) {
            http.add(0, each.getValue());
          }
        });
    http.forEach(pipeline::remove);
  }
}
