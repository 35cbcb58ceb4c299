// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.StreamExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What an executor has to do: tasks in the order they were posted, and tasks that wait for their
 * time. Knows neither threads nor clocks.
 *
 * <p>Every method wants the {@link #lock} held, except {@link Entry#cancel}, which takes it.
 */
final class Agenda {
  /** About 146 years; twice as much still fits between two instants. */
  private static final long MAX_DELAY_NANOS = Long.MAX_VALUE / 2;

  final ReentrantLock lock = new ReentrantLock();

  private final ArrayDeque<Runnable> posted = new ArrayDeque<>();
  private final TreeSet<Entry> timers = new TreeSet<>(Entry.BY_TIME);
  private long sequence;

  void post(Runnable task) {
    posted.addLast(Objects.requireNonNull(task, "task"));
  }

  /** Returns the task that was posted first, or null. */
  @Nullable Runnable poll() {
    return posted.pollFirst();
  }

  /** Returns the task that {@link #poll} would return, or null. */
  @Nullable Runnable peek() {
    return posted.peekFirst();
  }

  Entry schedule(long now, Duration delay, Runnable task) {
    Objects.requireNonNull(task, "task");
    long nanos = nanos(delay);
    Entry entry = new Entry(this, now + Math.max(0, nanos), sequence++, task);
    if (nanos <= 0) {
      posted.addLast(entry);
    } else {
      timers.add(entry);
    }
    return entry;
  }

  /** Posts the tasks whose time has come, earliest first. */
  void expire(long now) {
    while (!timers.isEmpty() && timers.first().due - now <= 0) {
      posted.addLast(Objects.requireNonNull(timers.pollFirst()));
    }
  }

  /**
   * Returns how long it takes until the next timer is due: zero if it is already, {@link
   * Long#MAX_VALUE} if there is none.
   */
  long untilNext(long now) {
    return timers.isEmpty() ? Long.MAX_VALUE : Math.max(0, timers.first().due - now);
  }

  int tasks() {
    return posted.size();
  }

  int timers() {
    return timers.size();
  }

  boolean isEmpty() {
    return posted.isEmpty() && timers.isEmpty();
  }

  /** Returns the length of a delay, cut off where arithmetic with instants would end. */
  static long nanos(Duration delay) {
    long limitSeconds = MAX_DELAY_NANOS / 1_000_000_000;
    if (delay.toSeconds() >= limitSeconds) {
      return MAX_DELAY_NANOS;
    }
    return delay.isNegative() ? 0 : delay.toNanos();
  }

  private boolean remove(Entry entry) {
    // A timer that is due already stands among the posted tasks, where it is looked for last.
    return timers.remove(entry) || posted.remove(entry);
  }

  /** A task and its time. */
  static final class Entry implements Runnable, StreamExecutor.Timer {
    static final Comparator<Entry> BY_TIME =
        (a, b) -> {
          int byTime = Long.signum(a.due - b.due); // instants overflow, differences do not
          return byTime != 0 ? byTime : Long.compare(a.sequence, b.sequence);
        };

    private final Agenda agenda;
    private final long due;
    private final long sequence;
    private final Runnable task;

    private Entry(Agenda agenda, long due, long sequence, Runnable task) {
      this.agenda = agenda;
      this.due = due;
      this.sequence = sequence;
      this.task = task;
    }

    @Override
    public void run() {
      task.run();
    }

    @Override
    public boolean cancel() {
      agenda.lock.lock();
      try {
        return agenda.remove(this);
      } finally {
        agenda.lock.unlock();
      }
    }

    @Override
    public String toString() {
      return "timer " + task;
    }
  }
}
