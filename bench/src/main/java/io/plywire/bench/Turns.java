// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.spi.ConfinedBufferPool;
import io.plywire.stream.BufferPool;
import io.plywire.stream.StreamExecutor;
import java.time.Duration;
import java.util.ArrayDeque;

/** The thread of a benchmark as an executor: tasks run when it says so. There is no clock. */
final class Turns implements StreamExecutor {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final ConfinedBufferPool buffers = new ConfinedBufferPool(16L << 20);

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
    throw new UnsupportedOperationException("a benchmark has no deadlines");
  }

  @Override
  public BufferPool buffers() {
    return buffers;
  }
}
