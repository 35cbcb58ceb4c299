// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.BufferPool;
import io.plywire.stream.StreamExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link StreamExecutor} of somebody else's executor: a pool of threads, the threads of an
 * {@link java.nio.channels.AsynchronousChannelGroup}, an event loop such as Netty's. Tasks run
 * there one at a time, in the order they were posted, however many threads there are.
 *
 * {@snippet :
 * ExecutorAdapter executor = new ExecutorAdapter(pool); // one for each stream, or for several
 * ExecutorAdapter ofLoop = new ExecutorAdapter(eventLoop); // one for each loop, and keep it
 *
 * channel.onReadable(() -> executor.execute(stream::readable)); // a callback is no task of it
 * }
 *
 * <p>A callback of the foreign engine is not a task of the adapter, even if it runs on the very
 * same thread: {@link #isCurrent} is false there, so it has to post what touches a stream.
 *
 * <p>The foreign executor must not run tasks in the thread that posts them, as one without threads
 * or with {@link java.util.concurrent.ThreadPoolExecutor.CallerRunsPolicy} does: the contract of
 * streams forbids that. Once it refuses tasks, they get a thread for as long as it takes, so that
 * every completion arrives. After some tasks in a row it is asked anew, so that several adapters
 * share a thread fairly. Delays are waited for by the JDK's thread for delays, and what is due is
 * posted.
 *
 * <p>What a task throws goes to the thread's {@linkplain Thread.UncaughtExceptionHandler uncaught
 * exception handler}, and the next task runs.
 *
 * <p>Thread safety: every method may be called by any thread, except that {@link #buffers} belongs
 * to the tasks.
 */
public final class ExecutorAdapter implements StreamExecutor {
  private static final int TASKS_IN_A_ROW = 256;
  private static final long POOL_BYTES = 4L << 20;

  /** Longer delays are cut, so that differences of times do not overflow. */
  private static final Duration MAX_DELAY = Duration.ofDays(36_500);

  private final Executor threads;
  private final BufferPool buffers = new ConfinedBufferPool(POOL_BYTES);
  private final Runnable runTasks = this::runTasks;
  private volatile @Nullable Thread current;

  private final ReentrantLock lock = new ReentrantLock(); // of everything below
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final TreeSet<Delayed> delayed = new TreeSet<>(Delayed.BY_TIME);
  private @Nullable Delayed awaited; // whose time will be told
  private boolean running; // or asked to run
  private long sequence;

  /**
   * Makes an adapter with nothing to do.
   *
   * @param threads where tasks run; remains the caller's to shut down
   */
  public ExecutorAdapter(Executor threads) {
    this.threads = Objects.requireNonNull(threads, "threads");
  }

  // ---- tasks

  @Override
  public void execute(Runnable task) {
    Objects.requireNonNull(task, "task");
    lock.lock();
    try {
      tasks.addLast(task);
      if (running) {
        return;
      }
      running = true;
    } finally {
      lock.unlock();
    }
    runElsewhere();
  }

  private void runElsewhere() {
    try {
      threads.execute(runTasks);
    } catch (RejectedExecutionException e) {
      Thread thread = new Thread(runTasks, "plywire-after-shutdown");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void runTasks() {
    current = Thread.currentThread();
    for (int i = 0; i < TASKS_IN_A_ROW; i++) {
      Runnable task = next();
      if (task == null) {
        return;
      }
      try {
        task.run();
      } catch (Throwable e) { // whatever it is, the other streams live on
        report(e);
      }
    }
    current = null;
    runElsewhere();
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      Runnable task = tasks.pollFirst();
      if (task == null) {
        current = null; // before somebody else may begin
        running = false;
      }
      return task;
    } finally {
      lock.unlock();
    }
  }

  private static void report(Throwable thrown) {
    Thread thread = Thread.currentThread();
    try {
      thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
    } catch (Throwable ignored) {
      // As when a thread ends: what the last resort throws is dropped.
    }
  }

  @Override
  public boolean isCurrent() {
    return current == Thread.currentThread();
  }

  @Override
  public BufferPool buffers() {
    return buffers;
  }

  // ---- time

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Objects.requireNonNull(task, "task");
    long nanos = (delay.compareTo(MAX_DELAY) < 0 ? delay : MAX_DELAY).toNanos();
    Delayed timer;
    lock.lock();
    try {
      timer = new Delayed(this, nanoTime() + Math.max(0, nanos), sequence++, task);
      if (nanos > 0) {
        delayed.add(timer);
        awaitFirst();
      }
    } finally {
      lock.unlock();
    }
    if (nanos <= 0) {
      execute(timer);
    }
    return timer;
  }

  /** Sees to it that the time of the first is told. */
  private void awaitFirst() {
    if (delayed.isEmpty()) {
      return;
    }
    Delayed first = delayed.first();
    if (awaited == null || Delayed.BY_TIME.compare(first, awaited) < 0) {
      awaited = first;
      long nanos = first.dueNanos - nanoTime();
      long id = first.sequence; // not the timer, which may be called off before
      CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, Runnable::run)
          .execute(() -> timeHasCome(id));
    }
  }

  /** Posts what is due, in the order of time, also what others should have posted by now. */
  private void timeHasCome(long id) {
    lock.lock();
    try {
      if (awaited != null && awaited.sequence == id) {
        awaited = null;
      }
      long now = nanoTime();
      while (!delayed.isEmpty() && delayed.first().dueNanos - now <= 0) {
        execute(Objects.requireNonNull(delayed.pollFirst()));
      }
      awaitFirst();
    } finally {
      lock.unlock();
    }
  }

  private void forget(Delayed timer) {
    lock.lock();
    try {
      delayed.remove(timer);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "ExecutorAdapter[" + threads + "]";
  }

  /** A task that waits for its time. */
  private static final class Delayed implements Runnable, Timer {
    static final Comparator<Delayed> BY_TIME =
        (a, b) -> {
          int byTime = Long.signum(a.dueNanos - b.dueNanos); // instants overflow
          return byTime != 0 ? byTime : Long.compare(a.sequence, b.sequence);
        };

    private final ExecutorAdapter executor;
    private final long dueNanos;
    private final long sequence;
    private final AtomicBoolean decided = new AtomicBoolean();
    private @Nullable Runnable task;

    Delayed(ExecutorAdapter executor, long dueNanos, long sequence, Runnable task) {
      this.executor = executor;
      this.dueNanos = dueNanos;
      this.sequence = sequence;
      this.task = task;
    }

    @Override
    public void run() {
      if (decided.compareAndSet(false, true)) {
        Objects.requireNonNull(task).run();
      }
    }

    @Override
    public boolean cancel() {
      if (!decided.compareAndSet(false, true)) {
        return false;
      }
      task = null; // it may hold a stream
      executor.forget(this);
      return true;
    }
  }
}
