// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.stream.StreamExecutor;
import io.plywire.tck.StreamPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A socket that moves one byte for each call. */
public final class SingleBytes extends ChannelStream {
  private SingleBytes(SocketChannel socket, StreamExecutor executor) throws IOException {
    super(socket, executor);
  }

  /** Makes both ends of a connection. */
  public static StreamPair pair(Sockets.Ends ends) throws IOException {
    return new StreamPair(
        new SingleBytes(ends.client(), Threads.executor()),
        new SingleBytes(ends.server(), Threads.executor()));
  }

  @Override
  protected int tryRead(ByteBuffer target) throws IOException {
    int limit = target.limit();
    try {
      return super.tryRead(target.limit(target.position() + 1));
    } finally {
      target.limit(limit);
    }
  }

  @Override
  protected long tryWrite(ByteBuffer[] sources) throws IOException {
    for (ByteBuffer source : sources) {
      if (source.hasRemaining()) {
        ByteBuffer[] one = {source.slice(source.position(), 1)};
        long n = super.tryWrite(one);
        source.position(source.position() + (int) n);
        return n;
      }
    }
    return 0;
  }
}
