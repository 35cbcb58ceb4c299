// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.plywire.spi.ExecutorAdapter;
import io.plywire.spi.ReadinessStream;
import io.plywire.transport.PeerAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A channel of Netty, on its event loop; reads only when somebody wants to read. */
final class NettyStream extends ReadinessStream implements PeerAddress {
  private static final int MOST_AT_ONCE = 64 << 10;

  private final DuplexChannel channel;
  private final Inbound inbound = new Inbound();
  private final ArrayDeque<ByteBuf> arrived = new ArrayDeque<>();
  private boolean inputEnded;
  private boolean readAsked;
  private boolean writeAsked;
  private int underWay; // writes
  private @Nullable IOException failure;

  NettyStream(DuplexChannel channel, ExecutorAdapter executor) {
    super(executor);
    this.channel = channel;
    channel.config().setAutoRead(false).setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
  }

  /** Returns what has to be the last handler of the channel. */
  ChannelHandler handler() {
    return inbound;
  }

  /** What Netty tells, on the loop's thread, but not in a task of the adapter. */
  private final class Inbound extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      arrived.add((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      tellReader();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE || event instanceof SslCloseCompletionEvent) {
        inputEnded = true;
        tellReader();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      lose(new ClosedChannelException());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      lose(cause);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      tellWriter();
    }
  }

  private void lose(Throwable why) {
    if (failure == null) {
      failure = why instanceof IOException known ? known : new IOException(why);
    }
    tellReader();
    tellWriter();
  }

  private void requireNoFailure() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  private void tellReader() {
    if (!readAsked) {
      return;
    }
    if (arrived.isEmpty() && !inputEnded && failure == null) {
      channel.read(); // there was nothing
    } else {
      readAsked = false;
      executor().execute(this::readable);
    }
  }

  private void tellWriter() {
    if (writeAsked) {
      writeAsked = false;
      executor().execute(this::writable);
    }
  }

  @Override
  protected int tryRead(ByteBuffer target) throws IOException {
    int before = target.position();
    while (target.hasRemaining() && !arrived.isEmpty()) {
      ByteBuf first = arrived.element();
      int n = Math.min(first.readableBytes(), target.remaining());
      first.readBytes(target.slice(target.position(), n));
      target.position(target.position() + n);
      if (!first.isReadable()) {
        arrived.remove().release();
      }
    }
    int n = target.position() - before;
    if (n == 0) {
      requireNoFailure(); // first, since Netty tells of an end, too, when a connection is reset
    }
    return n == 0 && inputEnded ? -1 : n;
  }

  @Override
  protected void awaitReadable() {
    readAsked = true;
    tellReader();
  }

  @Override
  protected long tryWrite(ByteBuffer[] sources) throws IOException {
    requireNoFailure();
    if (!channel.isWritable()) {
      return 0;
    }
    ByteBuf copy = channel.alloc().directBuffer();
    for (ByteBuffer source : sources) {
      int n = Math.min(source.remaining(), MOST_AT_ONCE - copy.readableBytes());
      copy.writeBytes(source.slice(source.position(), n));
      source.position(source.position() + n);
    }
    int accepted = copy.readableBytes();
    underWay++;
    channel.writeAndFlush(copy).addListener(done -> written(done.cause()));
    return accepted;
  }

  private void written(@Nullable Throwable error) {
    underWay--;
    if (error != null) {
      lose(error);
    }
    tellWriter();
  }

  @Override
  protected void awaitWritable() {
    writeAsked = true;
    if ((channel.isWritable() && underWay == 0) || failure != null) {
      tellWriter();
    }
  }

  @Override
  protected boolean tryFlush() throws IOException {
    requireNoFailure();
    return underWay == 0;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the pipeline tells of failures
  protected void shutdownOutput() {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      tls.closeOutbound();
    } else {
      channel.shutdownOutput();
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // as above
  protected void closeNow() {
    channel.close();
    arrived.forEach(ByteBuf::release);
    arrived.clear();
  }

  @Override
  public SocketAddress localAddress() {
    return channel.localAddress();
  }

  @Override
  public SocketAddress remoteAddress() {
    return channel.remoteAddress();
  }

  @Override
  public String toString() {
    return "netty " + localAddress() + "-" + remoteAddress();
  }
}
