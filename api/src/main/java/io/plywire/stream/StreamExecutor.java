// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Runs the operations of streams, one task at a time, in the order they were posted: an implicit
 * strand. It also knows the time, so that a test can replace both by hand.
 *
 * <p>Thread safety: {@link #execute}, {@link #isCurrent}, {@link #nanoTime} and {@link #schedule}
 * may be called by any thread; {@link #buffers} belongs to the executor's own thread.
 */
public interface StreamExecutor extends Executor {
  /**
   * Posts a task. It runs later, never inside this call. An executor that has been shut down still
   * runs what is posted to it, one task at a time, so that every completion arrives.
   *
   * @param task what to run
   */
  @Override
  void execute(Runnable task);

  /** Runs the task now if the caller is on this executor, else posts it. */
  default void dispatch(Runnable task) {
    if (isCurrent()) {
      task.run();
    } else {
      execute(task);
    }
  }

  /** Returns whether the calling thread is just now running a task of this executor. */
  boolean isCurrent();

  /**
   * Returns a time in nanoseconds, on the scale of {@link #schedule}; only differences mean
   * anything. An event loop may return the time at which its current turn began.
   */
  long nanoTime();

  /**
   * Posts a task after a delay.
   *
   * @param delay how long to wait; zero or negative posts at once
   * @param task what to run
   * @return a handle that can call the task off
   */
  Timer schedule(Duration delay, Runnable task);

  /** Returns the pool of direct buffers of this executor; for use on the executor's thread only. */
  BufferPool buffers();

  /** A task that waits for its time. */
  interface Timer {
    /**
     * Calls the task off. May be called by any thread.
     *
     * @return true if the task will not run because of this call
     */
    boolean cancel();
  }
}
