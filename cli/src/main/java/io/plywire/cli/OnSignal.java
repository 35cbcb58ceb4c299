// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

/** Does something when the process is told to end by SIGTERM or SIGINT, while this is open. */
final class OnSignal implements AutoCloseable {
  private final Thread hook;

  private OnSignal(Thread hook) {
    this.hook = hook;
  }

  /** Registers an action; it should take a bounded time. */
  static OnSignal run(Runnable action) {
    Thread hook = new Thread(action, "plywire-signal");
    Runtime.getRuntime().addShutdownHook(hook);
    return new OnSignal(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The signal came first.
    }
  }
}
