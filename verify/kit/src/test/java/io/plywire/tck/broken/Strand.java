// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.spi.ConfinedBufferPool;
import io.plywire.stream.BufferPool;
import io.plywire.stream.StreamExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A correct executor that is a queue over a pool of four threads. */
final class Strand implements StreamExecutor {
  private static final ScheduledExecutorService POOL =
      Executors.newScheduledThreadPool(
          4,
          body -> {
            Thread thread = new Thread(body, "strand");
            thread.setDaemon(true);
            return thread;
          });

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final BufferPool buffers = new ConfinedBufferPool(1 << 20);
  private boolean running; // guarded by tasks
  private volatile Thread current;

  @Override
  public void execute(Runnable task) {
    synchronized (tasks) {
      tasks.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    POOL.execute(this::drain);
  }

  private void drain() {
    current = Thread.currentThread();
    for (Runnable task = next(); task != null; task = next()) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        Thread.currentThread()
            .getUncaughtExceptionHandler()
            .uncaughtException(Thread.currentThread(), e);
      }
    }
  }

  private Runnable next() {
    synchronized (tasks) {
      Runnable task = tasks.poll();
      if (task == null) {
        current = null;
        running = false;
      }
      return task;
    }
  }

  @Override
  public boolean isCurrent() {
    return current == Thread.currentThread();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    AtomicBoolean decided = new AtomicBoolean();
    Runnable expired =
        () ->
            execute(
                () -> {
                  if (decided.compareAndSet(false, true)) {
                    task.run();
                  }
                });
    POOL.schedule(expired, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
    return () -> decided.compareAndSet(false, true);
  }

  @Override
  public BufferPool buffers() {
    return buffers;
  }
}
