// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.stream.StreamExecutor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A task that waits for its time in a {@link TimerHeap}. Whether it runs or was called off is
 * decided once, by whoever takes the task first.
 */
final class LoopTimer implements StreamExecutor.Timer, Runnable {
  private static final VarHandle TASK;

  static {
    try {
      TASK = MethodHandles.lookup().findVarHandle(LoopTimer.class, "task", Runnable.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final long deadlineNanos;
  private final SelectorLoop loop;

  /** The place in the heap, or -1; owned by the heap. */
  int index = -1;

  /** Orders timers of one deadline as they were scheduled; owned by the heap. */
  long sequence;

  @SuppressWarnings("unused") // taken through the handle
  private @Nullable Runnable task;

  LoopTimer(SelectorLoop loop, long deadlineNanos, Runnable task) {
    this.loop = loop;
    this.deadlineNanos = deadlineNanos;
    this.task = task;
  }

  @Override
  public boolean cancel() {
    if (TASK.getAndSet(this, null) == null) {
      return false;
    }
    loop.forget(this);
    return true;
  }

  @Override
  public void run() {
    Runnable due = (Runnable) TASK.getAndSet(this, null);
    if (due != null) {
      due.run();
    }
  }

  boolean isCancelled() {
    return TASK.getVolatile(this) == null;
  }
}
