// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.BufferPool;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.StreamExecutor;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The stream below a layer, which counts the buffers that its executor lends. */
public final class Lender extends ForwardingStream {
  private final StreamExecutor executor;
  private final AtomicInteger lent = new AtomicInteger();

  public Lender(AsyncStream inner) {
    super(inner);
    executor = new Counted(inner.executor());
  }

  /** Returns how many buffers have not been given back. */
  public int lent() {
    return lent.get();
  }

  @Override
  public StreamExecutor executor() {
    return executor;
  }

  /** The executor of the stream, but for its pool. */
  private final class Counted implements StreamExecutor, BufferPool {
    private final StreamExecutor inner;

    Counted(StreamExecutor inner) {
      this.inner = inner;
    }

    @Override
    public void execute(Runnable task) {
      inner.execute(task);
    }

    @Override
    public void dispatch(Runnable task) {
      inner.dispatch(task);
    }

    @Override
    public boolean isCurrent() {
      return inner.isCurrent();
    }

    @Override
    public long nanoTime() {
      return inner.nanoTime();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      return inner.schedule(delay, task);
    }

    @Override
    public BufferPool buffers() {
      return this;
    }

    @Override
    public ByteBuffer acquire(int minBytes) {
      ByteBuffer buffer = inner.buffers().acquire(minBytes);
      lent.incrementAndGet();
      return buffer;
    }

    @Override
    public void release(ByteBuffer buffer) {
      lent.decrementAndGet();
      inner.buffers().release(buffer);
    }

    @Override
    public @Nullable LongBuffer longs(ByteBuffer buffer) {
      return inner.buffers().longs(buffer);
    }
  }
}
