// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The end of a loop, and what comes after it: whatever is posted to a loop runs, also when it comes
 * too late.
 */
final class LoopEnd {
  /*
   * The loop's thread closes all members, runs what that posted, and gives up the ownership of the
   * loop. What is posted later is run by an aftermath thread, which owns the loop for as long as
   * there are tasks. Timers that are left are waited for by the JDK's own timer thread.
   *
   * Nobody but the aftermath looks for tasks then, so a thread that posts adds its task first and
   * starts the aftermath afterwards, unless one is running; the aftermath says first that it does
   * not run any more, and looks for tasks once more afterwards.
   */

  /** How long the ending thread runs tasks before it leaves them to the aftermath. */
  private static final long WIND_DOWN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final VarHandle AFTERMATH;

  static {
    try {
      AFTERMATH = MethodHandles.lookup().findVarHandle(LoopEnd.class, "aftermath", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final SelectorLoop loop;

  @SuppressWarnings("unused") // through the handle
  private volatile boolean aftermath;

  LoopEnd(SelectorLoop loop) {
    this.loop = loop;
  }

  /** Ends the loop, on its own thread, which is to do nothing else any more. */
  void run(@Nullable Throwable failure) {
    loop.endMembers(
        failure == null
            ? new StreamException(StreamError.ABORTED, "the event loop " + loop + " was closed")
            : new StreamException(StreamError.IO, "the event loop " + loop + " failed", failure));
    long start = System.nanoTime();
    do {
      loop.runRest();
    } while (loop.hasTasks() && System.nanoTime() - start < WIND_DOWN_NANOS);
    loop.giveUp();
    boolean left = loop.hasTasks();
    loop.disown();
    if (left || loop.hasPosted()) {
      startAftermath();
    }
  }

  /** Sees to it that what has been posted runs; any thread, after the end. */
  void startAftermath() {
    if (AFTERMATH.compareAndSet(this, false, true)) {
      SelectorLoop.daemon(loop + "-aftermath", this::runAftermath).start();
    }
  }

  private void runAftermath() {
    do {
      loop.own();
      do {
        loop.runRest();
      } while (loop.hasTasks());
      loop.disown();
      aftermath = false;
    } while (loop.hasPosted() && AFTERMATH.compareAndSet(this, false, true));
  }

  /** Lets a timer fire although the loop has ended. */
  static void fireAfterTheEnd(SelectorLoop loop, LoopTimer timer) {
    long delay = Math.max(0, timer.deadlineNanos - System.nanoTime());
    CompletableFuture.delayedExecutor(delay, TimeUnit.NANOSECONDS, loop).execute(timer);
  }
}
