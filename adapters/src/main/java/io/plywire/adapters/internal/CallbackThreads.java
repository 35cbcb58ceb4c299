// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads for callbacks of applications that may block, which the thread of an event loop must
 * not. As many as there are callbacks that run; daemons, and gone a minute after the last one.
 */
public final class CallbackThreads {
  private static final class Holder {
    static final Executor POOL = make();

    private static Executor make() {
      AtomicLong number = new AtomicLong();
      return Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "plywire-callback-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
          });
    }
  }

  private CallbackThreads() {}

  /** Returns the pool, the same for all. */
  public static Executor pool() {
    return Holder.POOL;
  }

  /** Runs a task there, or on the pool if the executor takes none any more. */
  public static void run(Executor executor, Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      pool().execute(task);
    }
  }
}
