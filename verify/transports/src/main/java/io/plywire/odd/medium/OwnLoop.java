// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.spi.ConfinedBufferPool;
import io.plywire.stream.BufferPool;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;

/** An event loop made by hand: tasks, timers and a selector on one thread. */
final class OwnLoop implements StreamExecutor {
  static final OwnLoop SHARED = new OwnLoop();

  private static final long MOST_NANOS = Duration.ofDays(1000).toNanos();

  private final BufferPool buffers = new ConfinedBufferPool(1 << 20);
  private final Queue<Runnable> tasks = new ArrayDeque<>(); // guarded by itself
  private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(); // guarded by tasks
  private final Thread thread;
  private long sequence; // guarded by tasks
  private boolean inTask; // of the thread

  final Selector selector;

  private OwnLoop() {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread = Threads.named("odd-loop").newThread(this::run);
    thread.start();
  }

  private final class Alarm implements Timer, Runnable, Comparable<Alarm> {
    private final long due;
    private final long number;
    private Runnable task; // guarded by tasks; null when decided

    Alarm(long due, long number, Runnable task) {
      this.due = due;
      this.number = number;
      this.task = task;
    }

    @Override
    public int compareTo(Alarm other) {
      return due != other.due ? Long.signum(due - other.due) : Long.compare(number, other.number);
    }

    @Override
    public boolean cancel() {
      synchronized (tasks) {
        boolean mine = task != null;
        task = null;
        alarms.remove(this);
        return mine;
      }
    }

    @Override
    public void run() {
      Runnable mine;
      synchronized (tasks) {
        mine = task;
        task = null;
      }
      if (mine != null) {
        mine.run();
      }
    }
  }

  private void run() {
    try {
      while (true) {
        long nanos = nanosToWait();
        if (nanos == 0) {
          selector.selectNow(this::selected);
        } else {
          selector.select(this::selected, Math.max(1, nanos / 1_000_000));
        }
        runTasks();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void selected(SelectionKey key) {
    try {
      int ready = key.readyOps();
      key.interestOpsAnd(~ready);
      ((SocketByHand) key.attachment()).selected(ready);
    } catch (CancelledKeyException e) {
      // It was closed meanwhile.
    }
  }

  private long nanosToWait() {
    synchronized (tasks) {
      Alarm first = alarms.peek();
      return !tasks.isEmpty()
          ? 0
          : first == null ? MOST_NANOS : Math.max(0, first.due - System.nanoTime());
    }
  }

  private void runTasks() {
    int due;
    synchronized (tasks) {
      for (Alarm first = alarms.peek();
          first != null && first.due - System.nanoTime() <= 0;
          first = alarms.peek()) {
        tasks.add(alarms.poll());
      }
      due = tasks.size();
    }
    for (; due > 0; due--) {
      Runnable task;
      synchronized (tasks) {
        task = tasks.remove();
      }
      inTask = true;
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        System.getLogger("odd").log(System.Logger.Level.DEBUG, "a task threw", e);
      } finally {
        inTask = false;
      }
    }
  }

  @Override
  public void execute(Runnable task) {
    java.util.Objects.requireNonNull(task, "task");
    synchronized (tasks) {
      tasks.add(task);
    }
    selector.wakeup();
  }

  @Override
  public boolean isCurrent() {
    return Thread.currentThread() == thread && inTask;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    long nanos =
        delay.isNegative()
            ? 0
            : delay.compareTo(Duration.ofNanos(MOST_NANOS)) < 0 ? delay.toNanos() : MOST_NANOS;
    Alarm alarm;
    synchronized (tasks) {
      alarm = new Alarm(System.nanoTime() + nanos, sequence++, task);
      alarms.add(alarm);
    }
    selector.wakeup();
    return alarm;
  }

  @Override
  public BufferPool buffers() {
    return buffers;
  }
}
