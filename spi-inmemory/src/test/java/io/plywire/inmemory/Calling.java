// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

/** The three ways an operation can begin; what it does must be the same. */
enum Calling {
  /** On a thread that is not the executor's: the operation hops there first. */
  FROM_OUTSIDE,
  /** In a task of the executor: the operation can complete at once. */
  FROM_A_TASK,
  /** In a task of the executor, with {@link Faults#postAlways}. */
  POSTED_ALWAYS;

  /** Calls, and does not run what follows from it. */
  void call(ManualExecutor executor, Runnable initiating) {
    if (this == FROM_OUTSIDE) {
      initiating.run();
    } else {
      executor.execute(initiating);
      while (executor.pendingTasks() > 1) {
        executor.runOne();
      }
      executor.runOne();
    }
  }
}
