// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.util.concurrent.Executor;

/**
 * Runs a task at once in the calling thread. As an {@linkplain Associated#immediateExecutor()
 * immediate executor} it says: this handler does not mind to run inside the initiating call. It is
 * meant for composed operations, which loop instead of recurring.
 */
public final class InlineExecutor implements Executor {
  private static final InlineExecutor INSTANCE = new InlineExecutor();

  private InlineExecutor() {}

  /** Returns the only instance. */
  public static InlineExecutor instance() {
    return INSTANCE;
  }

  @Override
  public void execute(Runnable task) {
    task.run();
  }

  @Override
  public String toString() {
    return "InlineExecutor";
  }
}
