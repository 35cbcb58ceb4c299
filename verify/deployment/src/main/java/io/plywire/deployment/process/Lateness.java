// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.process;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How late threads of this process run at worst: what comes too late by no more proves nothing. Any
 * thread may ask.
 */
public final class Lateness {
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private volatile long worstNanos;

  private Lateness() {}

  /** Begins to watch, as long as the process lives. */
  public static Lateness watch() {
    Lateness lateness = new Lateness();
    Thread watcher = new Thread(lateness::run, "lateness");
    watcher.setDaemon(true);
    watcher.start();
    return lateness;
  }

  private void run() {
    while (true) {
      long before = System.nanoTime();
      LockSupport.parkNanos(STEP_NANOS);
      worstNanos = Math.max(worstNanos, System.nanoTime() - before - STEP_NANOS);
    }
  }

  /** Returns the worst since the last call, in nanoseconds. */
  public long takeNanos() {
    long worst = worstNanos;
    worstNanos = 0;
    return worst;
  }
}
