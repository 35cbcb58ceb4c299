// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.Durations;
import io.plywire.stream.StreamExecutor;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An executor that runs by hand, on a virtual clock: nothing happens and no time passes unless the
 * owner says so. What a test does with it is the same each time.
 *
 * {@snippet :
 * ManualExecutor executor = new ManualExecutor();
 * InMemoryPipe pipe = InMemoryPipe.create(executor);
 * pipe.client().asyncWriteSome(sources, (error, bytes) -> sent = bytes);
 * executor.runUntilIdle();
 * executor.advance(Duration.ofSeconds(30)); // what waits for its time runs now
 * }
 *
 * <p>Tasks run in the order they were posted, as on every {@link StreamExecutor}. A timer whose
 * time has come is posted; timers of the same instant in the order they were scheduled.
 *
 * <p>The clock starts one second before {@code long} overflows. Real clocks may do so at any time,
 * and code that compares instants instead of their difference fails here first.
 *
 * <p>Thread safety: what {@link StreamExecutor} offers may be used by any thread. The methods that
 * run tasks belong to one thread at a time; a second one, or a task that calls them, gets an {@link
 * IllegalStateException}.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time, with the lock held
public final class ManualExecutor implements StreamExecutor {
  private static final long ORIGIN = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();

  private final Agenda agenda = new Agenda();
  private final TrackingBufferPool buffers = new TrackingBufferPool(this);

  // Written with the agenda's lock held, read without.
  private volatile long elapsedNanos;
  private volatile long stepsRun;
  private volatile @Nullable Thread runner;

  /** Makes an executor with nothing to do. */
  public ManualExecutor() {}

  @Override
  public void execute(Runnable task) {
    agenda.lock.lock();
    try {
      agenda.post(task);
    } finally {
      agenda.lock.unlock();
    }
  }

  @Override
  public boolean isCurrent() {
    return runner == Thread.currentThread();
  }

  /** Returns the virtual time. */
  @Override
  public long nanoTime() {
    return ORIGIN + elapsedNanos;
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    agenda.lock.lock();
    try {
      return agenda.schedule(nanoTime(), delay, task);
    } finally {
      agenda.lock.unlock();
    }
  }

  /** Returns the pool, which checks how it is used. */
  @Override
  public TrackingBufferPool buffers() {
    return buffers;
  }

  /**
   * Runs the task that was posted first. What the task throws is thrown from here; the executor can
   * go on afterwards.
   *
   * @return false if there was none
   */
  public boolean runOne() {
    Runnable task = begin();
    if (task == null) {
      return false;
    }
    try {
      task.run();
    } finally {
      end();
    }
    return true;
  }

  /**
   * Runs tasks until none is left. Timers that are not due stay.
   *
   * @return how many tasks ran
   */
  public long runUntilIdle() {
    return runUntilIdle(Long.MAX_VALUE);
  }

  /**
   * Runs tasks until none is left, or too many ran. Timers that are not due stay.
   *
   * @param maxTasks how many tasks may run
   * @return how many tasks ran
   * @throws IllegalStateException if tasks are left then
   */
  public long runUntilIdle(long maxTasks) {
    long count = 0;
    while (count < maxTasks) {
      if (!runOne()) {
        return count;
      }
      count++;
    }
    failIfBusy(maxTasks);
    return count;
  }

  /**
   * Lets time pass. Runs what is posted, then goes from timer to timer in the order of time, runs
   * each and all that follows from it, and ends the given time after the beginning.
   *
   * @param time how much
   * @return how many tasks ran
   * @throws IllegalArgumentException if negative
   */
  public long advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time does not go back by " + Durations.text(time));
    }
    long end = nanoTime() + Agenda.nanos(time);
    long count = runUntilIdle();
    while (moveClock(end)) {
      count += runUntilIdle();
    }
    return count;
  }

  /** Returns how many tasks are posted. */
  public int pendingTasks() {
    agenda.lock.lock();
    try {
      return agenda.tasks();
    } finally {
      agenda.lock.unlock();
    }
  }

  /** Returns how many timers wait for their time. */
  public int pendingTimers() {
    agenda.lock.lock();
    try {
      return agenda.timers();
    } finally {
      agenda.lock.unlock();
    }
  }

  /** Returns how long it takes until the next timer is due, or null if there is none. */
  public @Nullable Duration nextTimer() {
    agenda.lock.lock();
    try {
      return agenda.timers() == 0 ? null : Duration.ofNanos(agenda.untilNext(nanoTime()));
    } finally {
      agenda.lock.unlock();
    }
  }

  /** Returns how many tasks ran so far. */
  public long stepsRun() {
    return stepsRun;
  }

  /** Returns how much virtual time has passed. */
  public Duration elapsed() {
    return Duration.ofNanos(elapsedNanos);
  }

  private @Nullable Runnable begin() {
    agenda.lock.lock();
    try {
      Thread other = runner;
      if (other != null) {
        throw new IllegalStateException(
            other == Thread.currentThread()
                ? "a task of this executor cannot run the executor"
                : "thread '" + other.getName() + "' is just running this executor");
      }
      Runnable task = agenda.poll();
      if (task != null) {
        runner = Thread.currentThread();
        stepsRun++;
      }
      return task;
    } finally {
      agenda.lock.unlock();
    }
  }

  private void end() {
    agenda.lock.lock();
    try {
      runner = null;
    } finally {
      agenda.lock.unlock();
    }
  }

  /** Moves on to the next timer and posts it, or to the end and returns false. */
  private boolean moveClock(long end) {
    agenda.lock.lock();
    try {
      long now = nanoTime();
      long left = end - now;
      long step = Math.min(left, agenda.untilNext(now));
      elapsedNanos += step;
      agenda.expire(now + step);
      return step < left || agenda.tasks() > 0;
    } finally {
      agenda.lock.unlock();
    }
  }

  private void failIfBusy(long maxTasks) {
    agenda.lock.lock();
    try {
      if (agenda.tasks() > 0) {
        throw new IllegalStateException(
            agenda.tasks()
                + " tasks are still posted after "
                + maxTasks
                + " ran, the next one is "
                + Objects.requireNonNull(agenda.peek()));
      }
    } finally {
      agenda.lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "ManualExecutor["
        + pendingTasks()
        + " tasks, "
        + pendingTimers()
        + " timers, at "
        + Durations.text(elapsed())
        + "]";
  }
}
