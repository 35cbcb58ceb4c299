// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.tck.Rule;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what no handler tells, by looking again and again. */
public final class Until {
  private static final long LOOK_AGAIN_NANOS = 200_000;

  private Until() {}

  /**
   * Returns once the condition holds; if it does not in time, that violates the rule.
   *
   * @param bound how long it may take
   */
  public static void holds(
      Scene scene,
      Duration bound,
      BooleanSupplier condition,
      Rule otherwise,
      Supplier<String> message) {
    long deadline = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      scene.rethrow();
      if (System.nanoTime() - deadline > 0) {
        throw scene.violation(otherwise, message.get());
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
    scene.rethrow();
  }
}
