// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.math.BigDecimal;
import java.time.Duration;

/** Durations in messages, as people say them: {@code 2 s}, {@code 500 ms}, {@code 1 min 30 s}. */
public final class Durations {
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private Durations() {}

  /**
   * Returns a duration in words. It is the exact one, in ASCII and the same in every locale.
   *
   * @param duration any, also a negative one
   */
  public static String text(Duration duration) {
    if (duration.isNegative()) {
      return "-" + positive(duration.negated());
    }
    return positive(duration);
  }

  private static String positive(Duration duration) {
    long seconds = duration.getSeconds();
    int nanos = duration.getNano();
    if (seconds == 0 && nanos > 0) {
      return fraction(nanos);
    }
    StringBuilder text = new StringBuilder();
    append(text, seconds / DAY, "d");
    append(text, seconds % DAY / HOUR, "h");
    append(text, seconds % HOUR / MINUTE, "min");
    if (text.length() == 0 || seconds % MINUTE > 0 || nanos > 0) {
      append(text, plain(seconds % MINUTE, nanos, 9), "s");
    }
    return text.toString();
  }

  private static String fraction(int nanos) {
    if (nanos >= 1_000_000) {
      return plain(0, nanos, 6) + " ms";
    }
    return nanos >= 1_000 ? plain(0, nanos, 3) + " us" : nanos + " ns";
  }

  /** Returns seconds and nanoseconds as a number of units of so many digits of nanoseconds. */
  private static String plain(long seconds, int nanos, int digits) {
    BigDecimal value = BigDecimal.valueOf(seconds * 1_000_000_000 + nanos, digits);
    return nanos == 0
        ? Long.toString(value.longValue())
        : value.stripTrailingZeros().toPlainString();
  }

  private static void append(StringBuilder text, long count, String unit) {
    if (count > 0) {
      append(text, Long.toString(count), unit);
    }
  }

  private static void append(StringBuilder text, String count, String unit) {
    if (text.length() > 0) {
      text.append(' ');
    }
    text.append(count).append(' ').append(unit);
  }
}
