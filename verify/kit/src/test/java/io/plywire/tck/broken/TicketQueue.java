// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.WaitType;
import io.plywire.tck.StreamPair;
import io.plywire.tck.TckSubject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * A queue of buffers in memory that is bounded by their number, however long they are. In the pipe
 * below, a byte stands for each.
 */
final class TicketQueue extends Bent {
  private static final int MOST_BUFFERS = 8;
  private static final InMemoryLoop CLIENTS = new InMemoryLoop("tck-tickets");
  private static final InMemoryLoop SERVERS = new InMemoryLoop("tck-ticket-servers");

  private final Deque<ByteBuffer> out;
  private final Deque<ByteBuffer> in;
  private ByteBuffer rest = ByteBuffer.allocate(0); // of what was taken and not read; guarded

  private TicketQueue(AsyncStream inner, Deque<ByteBuffer> out, Deque<ByteBuffer> in) {
    super(inner);
    this.out = out;
    this.in = in;
  }

  static TckSubject subject(String name) {
    return new TckSubject() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public StreamPair open() {
        InMemoryPipe pipe =
            InMemoryPipe.builder(CLIENTS, SERVERS)
                .windowBytes(MOST_BUFFERS)
                .teardownBytes(MOST_BUFFERS)
                .teardownTimeout(Duration.ofSeconds(1))
                .build();
        Deque<ByteBuffer> up = new ConcurrentLinkedDeque<>();
        Deque<ByteBuffer> down = new ConcurrentLinkedDeque<>();
        return new StreamPair(
            new TicketQueue(pipe.client(), up, down), new TicketQueue(pipe.server(), down, up));
      }

      @Override
      public Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.LISTEN));
      }

      @Override
      public long windowBytes() {
        return Subjects.WINDOW_BYTES;
      }
    };
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    int bytes = 0;
    for (ByteBuffer source : sources) {
      bytes += source.remaining();
    }
    if (bytes == 0 || handler == null) {
      inner.asyncWriteSome(sources, handler);
      return;
    }
    ByteBuffer content = ByteBuffer.allocate(bytes);
    for (ByteBuffer source : sources) {
      content.put(source.duplicate());
    }
    content.flip();
    ByteBuffer[] ticket = {ByteBuffer.allocate(1)};
    out.add(content); // before its ticket can be seen
    boolean started = false;
    try {
      inner.asyncWriteSome(ticket, new Queueing(sources, content, handler));
      started = true;
    } finally {
      if (!started) {
        forget(content);
      }
    }
  }

  private void forget(ByteBuffer content) {
    out.removeIf(each -> each == content);
  }

  private final class Queueing extends Rewired {
    private final ByteBuffer[] sources;
    private final ByteBuffer content;
    private final int bytes;

    Queueing(ByteBuffer[] sources, ByteBuffer content, IoHandler handler) {
      super(handler);
      this.sources = sources;
      this.content = content;
      this.bytes = content.remaining();
    }

    @Override
    public void completed(IOException error, long tickets) {
      if (tickets == 0) {
        forget(content);
        inner.completed(error, 0);
        return;
      }
      for (ByteBuffer source : sources) {
        source.position(source.limit());
      }
      inner.completed(error, bytes);
    }
  }

  private synchronized boolean hasRest() {
    return rest.hasRemaining();
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    if (handler == null || target.isReadOnly() || !target.hasRemaining()) {
      inner.asyncReadSome(target, handler);
      return;
    }
    inner.asyncReadSome(
        ByteBuffer.allocate(hasRest() ? 0 : 1),
        new Rewired(handler) {
          @Override
          public void completed(IOException error, long tickets) {
            inner.completed(error, error == null ? take(target, tickets) : 0);
          }
        });
  }

  private synchronized int take(ByteBuffer target, long tickets) {
    if (tickets > 0) {
      rest = in.remove();
    }
    int bytes = Math.min(target.remaining(), rest.remaining());
    target.put(rest.slice(rest.position(), bytes));
    rest.position(rest.position() + bytes);
    return bytes;
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    if (hasRest() && type != null) {
      inner.asyncReadSome(ByteBuffer.allocate(0), handler);
    } else {
      inner.asyncWait(type, handler);
    }
  }
}
