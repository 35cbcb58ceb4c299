// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.MessageRate;

/**
 * Keeps messages to a rate, by one number: when the next one would be due if all of them came
 * evenly. One may be early by what the burst allows.
 */
final class Pace {
  private final long interval;
  private final long allowance;
  private long due;

  Pace(MessageRate rate) {
    interval = Math.max(1, rate.per().toNanos() / rate.messages());
    allowance = saturated(interval, rate.burst() - 1);
  }

  private static long saturated(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }

  /**
   * Lets a message pass, or tells how long it has to wait, and then to ask again.
   *
   * @param now in nanoseconds, 0 or more
   * @return 0 if it has passed
   */
  long pass(long now) {
    long even = Math.max(due, now);
    long early = even - now;
    if (early > allowance) {
      return early - allowance;
    }
    due = even + interval;
    return 0;
  }
}
