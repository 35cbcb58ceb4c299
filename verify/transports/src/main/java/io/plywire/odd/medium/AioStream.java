// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.spi.CompletionStream;
import io.plywire.stream.StreamExecutor;
import io.plywire.tck.StreamPair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.util.concurrent.Future;

/** An asynchronous channel of the JDK. */
public final class AioStream extends CompletionStream {
  private final AsynchronousSocketChannel channel;
  private final String name;

  private AioStream(AsynchronousSocketChannel channel, StreamExecutor executor) throws IOException {
    super(executor);
    this.channel = channel;
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    name = "aio " + channel.getLocalAddress() + "-" + channel.getRemoteAddress();
  }

  /** Makes both ends of a connection. */
  public static StreamPair pair() throws Exception {
    try (AsynchronousServerSocketChannel listener = AsynchronousServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      AsynchronousSocketChannel client = AsynchronousSocketChannel.open();
      Future<Void> connected = client.connect(listener.getLocalAddress());
      AsynchronousSocketChannel server = listener.accept().get();
      connected.get();
      while (!client.getLocalAddress().equals(server.getRemoteAddress())) {
        server.close(); // a stranger
        server = listener.accept().get();
      }
      return new StreamPair(
          new AioStream(client, Threads.executor()), new AioStream(server, Threads.executor()));
    }
  }

  @Override
  protected void beginRead(ByteBuffer target, Completion completion) {
    channel.read(target, null, completion);
  }

  @Override
  protected void beginWrite(ByteBuffer source, Completion completion) {
    channel.write(source, null, completion);
  }

  @Override
  protected void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  protected void closeNow() throws IOException {
    channel.close();
  }

  @Override
  public String toString() {
    return name;
  }
}
