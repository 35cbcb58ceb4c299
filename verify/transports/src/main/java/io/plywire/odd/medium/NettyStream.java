// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.plywire.spi.ExecutorAdapter;
import io.plywire.spi.ReadinessStream;
import io.plywire.stream.StreamExecutor;
import io.plywire.tck.StreamPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A channel of Netty, on its event loop; reads only when somebody wants to read. */
public final class NettyStream extends ReadinessStream {
  private static final int MOST_AT_ONCE = 64 << 10;
  private static final Map<EventLoop, ExecutorAdapter> EXECUTORS = new ConcurrentHashMap<>();

  private static final class Group {
    static final MultiThreadIoEventLoopGroup LOOPS =
        new MultiThreadIoEventLoopGroup(2, Threads.named("odd-netty"), NioIoHandler.newFactory());
  }

  private final SocketChannel channel;
  private final ArrayDeque<ByteBuf> arrived = new ArrayDeque<>();
  private boolean inputEnded;
  private boolean readAsked;
  private boolean writeAsked;
  private int underWay; // writes
  private IOException failure;

  private NettyStream(SocketChannel channel) {
    super(executor(channel.eventLoop()));
    this.channel = channel;
    channel.pipeline().addLast(new Inbound());
  }

  private static StreamExecutor executor(EventLoop loop) {
    return EXECUTORS.computeIfAbsent(loop, ExecutorAdapter::new);
  }

  /** Makes both ends of a connection. */
  public static StreamPair pair(Sockets.Ends ends) throws Exception {
    return new StreamPair(one(ends.client()), one(ends.server()));
  }

  private static NettyStream one(java.nio.channels.SocketChannel socket) throws Exception {
    socket.configureBlocking(false);
    NioSocketChannel channel = new NioSocketChannel(socket);
    channel.config().setAutoRead(false).setAllowHalfClosure(true);
    Group.LOOPS.register(channel).sync();
    return channel.eventLoop().submit(() -> new NettyStream(channel)).get();
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
      if (event == ChannelInputShutdownEvent.INSTANCE) {
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
      lose(cause instanceof IOException e ? e : new IOException(cause));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      tellWriter();
    }
  }

  private void lose(IOException why) {
    if (failure == null) {
      failure = why;
    }
    tellReader();
    tellWriter();
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
    if (n == 0 && failure != null) { // Netty tells of an end, too, when a connection is reset
      throw failure;
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
    if (failure != null) {
      throw failure;
    }
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

  private void written(Throwable error) {
    underWay--;
    if (error != null) {
      lose(error instanceof IOException e ? e : new IOException(error));
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
    if (failure != null) {
      throw failure;
    }
    return underWay == 0;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the pipeline tells of failures
  protected void shutdownOutput() {
    channel.shutdownOutput();
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // as above
  protected void closeNow() {
    channel.close();
    arrived.forEach(ByteBuf::release);
    arrived.clear();
  }

  @Override
  public String toString() {
    return "netty " + channel;
  }
}
