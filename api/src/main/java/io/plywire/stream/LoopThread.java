// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Knows which threads are event loops: each serves many connections, so it must not wait for one of
 * them. Calls that would wait refuse to, on such a thread. An executor with a thread of its own
 * says so as its first task, and says so again at its end.
 *
 * <p>Thread safety: every method speaks of the calling thread.
 */
public final class LoopThread {
  private static final ThreadLocal<@Nullable StreamExecutor> LOOP = new ThreadLocal<>();

  private LoopThread() {}

  /**
   * Makes the calling thread that of an event loop.
   *
   * @param loop the executor whose tasks it runs
   */
  public static void enter(StreamExecutor loop) {
    LOOP.set(Objects.requireNonNull(loop, "loop"));
  }

  /** Makes the calling thread an ordinary one again. */
  public static void leave() {
    LOOP.remove();
  }

  /**
   * Refuses to wait on an event loop.
   *
   * @param executor where that runs which would be waited for
   * @param what would wait, such as "a blocking call"
   * @throws IllegalStateException if the calling thread is that executor's, or an event loop's
   */
  static void requireMayWait(StreamExecutor executor, String what) {
    if (executor.isCurrent()) {
      throw new IllegalStateException(
          what
              + " on the stream's own executor would wait for itself; use a handler there, or call"
              + " from another thread");
    }
    StreamExecutor loop = LOOP.get();
    if (loop != null) {
      throw new IllegalStateException(
          what
              + " on the event loop "
              + loop
              + " would stop all of its connections; use a handler there, or call from another"
              + " thread");
    }
  }
}
