// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.spi.ConfinedBufferPool;
import io.plywire.stream.BufferPool;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The thread of a benchmark as an executor: tasks run when it says so. There is no clock. */
final class Turns implements StreamExecutor {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final ConfinedBufferPool buffers = new ConfinedBufferPool(16L << 20);

  /** Counts as the WebSocket stream does on top: no detour for what ends at once. */
  static final class Count implements IoHandler {
    long bytes;

    @Override
    public void completed(@Nullable IOException error, long n) {
      if (error != null) {
        throw new IllegalStateException(error);
      }
      bytes += n;
    }

    @Override
    public Executor immediateExecutor() {
      return InlineExecutor.instance();
    }
  }

  /** Runs tasks until there are none. */
  void run() {
    Runnable task;
    while ((task = tasks.pollFirst()) != null) {
      task.run();
    }
  }

  @Override
  public void execute(Runnable task) {
    tasks.addLast(task);
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return () -> true; // nothing takes so long that a deadline would matter
  }

  @Override
  public BufferPool buffers() {
    return buffers;
  }
}
