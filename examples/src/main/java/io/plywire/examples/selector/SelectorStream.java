// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.selector;

import io.plywire.spi.ReadinessStream;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** A connected socket that is tried, and told by a selector when to try again. */
final class SelectorStream extends ReadinessStream {
  final Runnable onReadable = this::readable;
  final Runnable onWritable = this::writable;

  private final SocketChannel channel;
  private final Poller poller;
  private final SelectionKey key;
  private final String name;

  SelectorStream(SocketChannel channel, Poller poller, StreamExecutor executor) throws IOException {
    super(executor);
    this.channel = channel;
    this.poller = poller;
    name = "selector[" + channel.getLocalAddress() + " -> " + channel.getRemoteAddress() + "]";
    channel.configureBlocking(false);
    key = poller.register(channel, this);
  }

  @Override
  protected int tryRead(ByteBuffer target) throws IOException {
    return channel.read(target);
  }

  @Override
  protected long tryWrite(ByteBuffer[] sources) throws IOException {
    return channel.write(sources);
  }

  @Override
  protected void awaitReadable() {
    poller.await(key, SelectionKey.OP_READ);
  }

  @Override
  protected void awaitWritable() {
    poller.await(key, SelectionKey.OP_WRITE);
  }

  @Override
  protected void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  protected void closeNow() throws IOException {
    poller.close(channel);
  }

  @Override
  public String toString() {
    return name;
  }
}
