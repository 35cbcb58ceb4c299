// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.aio;

import io.plywire.spi.CompletionStream;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;

/** A connected channel. */
final class AioStream extends CompletionStream {
  private final AsynchronousSocketChannel channel;
  private final String name;

  AioStream(AsynchronousSocketChannel channel, StreamExecutor executor) throws IOException {
    super(executor);
    this.channel = channel;
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    name = "aio[" + channel.getLocalAddress() + " -> " + channel.getRemoteAddress() + "]";
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
    channel.close(); // which completes what is under way
  }

  @Override
  public String toString() {
    return name;
  }
}
