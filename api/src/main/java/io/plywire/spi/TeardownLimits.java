// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.Durations;
import java.time.Duration;

/**
 * How much a teardown bears with its peer (N8.4). At a bound the stream is closed all the same, and
 * the teardown fails.
 *
 * @param flushTime how long the peer may take until it has taken what was accepted
 * @param drainTime how long the peer may take after that until it ends its side
 * @param drainBytes how many bytes are thrown away meanwhile
 */
public record TeardownLimits(Duration flushTime, Duration drainTime, long drainBytes) {
  private static final TeardownLimits DEFAULTS =
      new TeardownLimits(Duration.ofSeconds(10), Duration.ofSeconds(2), 16L << 20);

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a time is not positive, or the number of bytes negative
   */
  public TeardownLimits {
    if (isTooShort(flushTime) || isTooShort(drainTime) || drainBytes < 0) {
      throw new IllegalArgumentException(
          "a teardown needs time: flush within "
              + Durations.text(flushTime)
              + ", drain within "
              + Durations.text(drainTime)
              + " and "
              + drainBytes
              + " bytes");
    }
  }

  private static boolean isTooShort(Duration time) {
    return time.isNegative() || time.isZero();
  }

  /**
   * Returns 10 seconds, 2 seconds, and 16 MiB, which is more than systems let a peer send unread.
   */
  public static TeardownLimits defaults() {
    return DEFAULTS;
  }
}
