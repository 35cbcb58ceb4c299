// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.spi.ReadinessStream;
import io.plywire.stream.StreamExecutor;
import io.plywire.tck.StreamPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.Supplier;

/** Channels of {@code java.nio} with a selector: a socket for both directions, or two pipes. */
public class ChannelStream extends ReadinessStream {
  private final ReadableByteChannel in;
  private final GatheringByteChannel out;
  private final SelectionKey readable;
  private final SelectionKey writable;
  private final String name;

  /** Makes a stream of a socket. */
  public ChannelStream(SocketChannel socket, StreamExecutor executor) throws IOException {
    this(
        socket,
        socket,
        "socket " + socket.getLocalAddress() + "-" + socket.getRemoteAddress(),
        executor);
  }

  @SuppressWarnings("this-escape") // the poller tells nothing before it is asked
  private <
          I extends SelectableChannel & ReadableByteChannel,
          O extends SelectableChannel & GatheringByteChannel>
      ChannelStream(I in, O out, String name, StreamExecutor executor) throws IOException {
    super(executor);
    this.in = in;
    this.out = out;
    this.name = name;
    Runnable whenReadable = () -> executor.execute(this::readable);
    Runnable whenWritable = () -> executor.execute(this::writable);
    readable = Poller.SHARED.register(in, whenReadable, whenWritable);
    writable = sameChannel() ? readable : Poller.SHARED.register(out, whenReadable, whenWritable);
  }

  @SuppressWarnings("ReferenceEquality") // the very same one
  private boolean sameChannel() {
    return (Object) in == out;
  }

  /** Makes both ends of a connection of sockets. */
  public static StreamPair sockets(Sockets.Ends ends, Supplier<StreamExecutor> executors)
      throws IOException {
    return new StreamPair(
        new ChannelStream(ends.client(), executors.get()),
        new ChannelStream(ends.server(), executors.get()));
  }

  /** Makes both ends of a connection of two pipes. */
  public static StreamPair pipes() throws IOException {
    Pipe there = Pipe.open();
    Pipe back = Pipe.open();
    return new StreamPair(
        new ChannelStream(back.source(), there.sink(), "pipes, near end", Threads.executor()),
        new ChannelStream(there.source(), back.sink(), "pipes, far end", Threads.executor()));
  }

  @Override
  protected int tryRead(ByteBuffer target) throws IOException {
    return in.read(target);
  }

  @Override
  protected long tryWrite(ByteBuffer[] sources) throws IOException {
    return out.write(sources);
  }

  @Override
  protected void awaitReadable() {
    Poller.SHARED.await(readable, SelectionKey.OP_READ);
  }

  @Override
  protected void awaitWritable() {
    Poller.SHARED.await(writable, SelectionKey.OP_WRITE);
  }

  @Override
  protected void shutdownOutput() throws IOException {
    if (out instanceof SocketChannel socket) {
      socket.shutdownOutput();
    } else {
      Poller.SHARED.close((SelectableChannel) out);
    }
  }

  @Override
  protected void closeNow() throws IOException {
    Poller.SHARED.close((SelectableChannel) in);
    Poller.SHARED.close((SelectableChannel) out);
  }

  @Override
  public String toString() {
    return name;
  }
}
