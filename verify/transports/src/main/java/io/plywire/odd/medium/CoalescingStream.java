// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.stream.StreamExecutor;
import io.plywire.stream.StreamExecutor.Timer;
import io.plywire.tck.StreamPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A socket that collects what is written for two milliseconds, or until 8 KiB have come. */
public final class CoalescingStream extends ChannelStream {
  private static final Duration HELD_BACK = Duration.ofMillis(2);

  private final ByteBuffer held = ByteBuffer.allocateDirect(8 << 10);
  private Timer timer;
  private IOException failure;

  private CoalescingStream(SocketChannel socket, StreamExecutor executor) throws IOException {
    super(socket, executor);
  }

  /** Makes both ends of a connection. */
  public static StreamPair pair(Sockets.Ends ends) throws IOException {
    return new StreamPair(
        new CoalescingStream(ends.client(), Threads.executor()),
        new CoalescingStream(ends.server(), Threads.executor()));
  }

  @Override
  protected long tryWrite(ByteBuffer[] sources) throws IOException {
    if (!held.hasRemaining()) {
      tryFlush();
    }
    int before = held.position();
    for (ByteBuffer source : sources) {
      int n = Math.min(source.remaining(), held.remaining());
      held.put(held.position(), source, source.position(), n);
      held.position(held.position() + n);
      source.position(source.position() + n);
    }
    if (held.position() > 0 && timer == null) {
      timer = executor().schedule(HELD_BACK, this::timeIsUp);
    }
    return (long) held.position() - before;
  }

  private void timeIsUp() {
    timer = null;
    try {
      if (isOpen() && !tryFlush()) {
        timer = executor().schedule(HELD_BACK, this::timeIsUp);
      }
    } catch (IOException e) {
      failure = e; // for the next write, or for the teardown
      writable();
    }
  }

  @Override
  protected boolean tryFlush() throws IOException {
    if (failure != null) {
      throw failure;
    }
    ByteBuffer[] all = {held.flip()};
    try {
      super.tryWrite(all);
    } finally {
      held.compact();
    }
    return held.position() == 0;
  }

  @Override
  protected void closeNow() throws IOException {
    if (timer != null) {
      timer.cancel();
    }
    super.closeNow();
  }
}
