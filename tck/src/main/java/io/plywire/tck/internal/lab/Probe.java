// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import java.util.concurrent.Executor;

/** An executor of a handler, which knows whether it is running something. */
public final class Probe implements Executor {
  private final Executor inner;
  private final ThreadLocal<Boolean> running = new ThreadLocal<>();

  /** Makes one that runs its tasks on another. */
  public Probe(Executor inner) {
    this.inner = inner;
  }

  @Override
  public void execute(Runnable task) {
    inner.execute(
        () -> {
          Boolean before = running.get();
          running.set(true);
          try {
            task.run();
          } finally {
            if (before == null) {
              running.remove();
            }
          }
        });
  }

  /** Returns whether the current thread runs a task of this executor. */
  boolean isCurrent() {
    return running.get() != null;
  }
}
