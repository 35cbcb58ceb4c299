// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.process;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other processes do, which cannot call. */
public final class Patience {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private Patience() {}

  /**
   * Waits until something is so.
   *
   * @param done whether it is
   * @param progress whenever this changes, the patience begins anew
   * @return false if nothing has changed for a minute
   */
  public static boolean await(Callable<Boolean> done, Callable<?> progress) throws Exception {
    Object last = progress.call();
    long since = System.nanoTime();
    while (!done.call()) {
      Object now = progress.call();
      if (!now.equals(last)) {
        last = now;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > PATIENCE_NANOS) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return true;
  }
}
