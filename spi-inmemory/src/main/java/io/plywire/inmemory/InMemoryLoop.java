// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.spi.ConfinedBufferPool;
import io.plywire.stream.BufferPool;
import io.plywire.stream.LoopThread;
import io.plywire.stream.StreamExecutor;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * An executor with one daemon thread and real time, for applications that use the in-memory
 * transport outside of tests.
 *
 * <p>The thread starts with the first task. After {@link #close} it ends as soon as nothing is
 * posted and no timer waits; what is posted later gets a thread for as long as it takes, so no
 * completion is ever lost. What a task throws goes to the thread's {@linkplain
 * Thread.UncaughtExceptionHandler uncaught exception handler}, and the loop goes on.
 *
 * <p>Thread safety: every method may be called by any thread, except that {@link #buffers} belongs
 * to the loop's tasks.
 */
public final class InMemoryLoop implements StreamExecutor, AutoCloseable {
  private static final long MAX_RETAINED_BYTES = 4 << 20;

  private final String name;
  private final BufferPool buffers = new ConfinedBufferPool(MAX_RETAINED_BYTES);
  private final Agenda agenda = new Agenda();
  private final Condition changed = agenda.lock.newCondition();

  // Written with the agenda's lock held.
  private volatile @Nullable Thread thread;
  private volatile boolean closed;

  /**
   * Makes a loop.
   *
   * @param name the name of its thread
   */
  public InMemoryLoop(String name) {
    this.name = Objects.requireNonNull(name, "name");
  }

  /** Returns the loop of all in-memory transports that were not given another executor. */
  public static InMemoryLoop shared() {
    return Shared.LOOP;
  }

  @Override
  public void execute(Runnable task) {
    agenda.lock.lock();
    try {
      agenda.post(task);
      wake();
    } finally {
      agenda.lock.unlock();
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    agenda.lock.lock();
    try {
      Timer timer = agenda.schedule(nanoTime(), delay, task);
      wake();
      return timer;
    } finally {
      agenda.lock.unlock();
    }
  }

  @Override
  public boolean isCurrent() {
    return thread == Thread.currentThread();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public BufferPool buffers() {
    return buffers;
  }

  /** Lets the thread end when nothing is left to do. Does not wait for it. */
  @Override
  public void close() {
    agenda.lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      agenda.lock.unlock();
    }
  }

  /** Returns whether the loop has a thread just now. */
  public boolean isRunning() {
    return thread != null;
  }

  private void wake() {
    if (thread == null) {
      Thread started = new Thread(this::run, name);
      started.setDaemon(true);
      started.start(); // it waits for our lock
      thread = started;
    } else {
      changed.signal();
    }
  }

  private void run() {
    LoopThread.enter(this);
    for (Runnable task = take(); task != null; task = take()) {
      try {
        task.run();
      } catch (Throwable failure) { // whatever it is, the other streams of this loop live on
        report(failure);
      }
    }
  }

  private static void report(Throwable failure) {
    Thread current = Thread.currentThread();
    try {
      current.getUncaughtExceptionHandler().uncaughtException(current, failure);
    } catch (Throwable ignored) {
      // As when a thread ends: what the last resort throws is dropped.
    }
  }

  /** Waits for the next task; returns null when the thread shall end. */
  private @Nullable Runnable take() {
    agenda.lock.lock();
    try {
      Runnable task = next();
      while (task == null && !(closed && agenda.isEmpty())) {
        pause();
        task = next();
      }
      if (task == null) {
        thread = null;
      }
      return task;
    } finally {
      agenda.lock.unlock();
    }
  }

  private @Nullable Runnable next() {
    agenda.expire(nanoTime());
    return agenda.poll();
  }

  @SuppressWarnings("WaitNotInLoop") // the caller loops
  private void pause() {
    try {
      long left = changed.awaitNanos(agenda.untilNext(nanoTime()));
      assert left < Long.MAX_VALUE;
    } catch (InterruptedException e) {
      // Left behind by a task, or meant for one; this thread ends by close() only.
    }
  }

  @Override
  public String toString() {
    return "InMemoryLoop[" + name + (closed ? ", closed]" : "]");
  }

  private static final class Shared {
    static final InMemoryLoop LOOP = new InMemoryLoop("plywire-inmemory");
  }
}
