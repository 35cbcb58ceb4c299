// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

/**
 * How many bytes may pass: so many per second on the average, and so many at once after a silence.
 *
 * <p>In any stretch of <i>t</i> seconds at most {@code burstBytes + t × bytesPerSecond} bytes pass.
 *
 * @param bytesPerSecond from 1 to 2<sup>40</sup>; 0 for as many as come
 * @param burstBytes from 1 to 2<sup>30</sup>; of no meaning without a limit
 */
public record Rate(long bytesPerSecond, long burstBytes) {
  /** No limit. */
  public static final Rate UNLIMITED = new Rate(0, 1);

  static final long MAX_BYTES_PER_SECOND = 1L << 40;
  static final long MAX_BURST_BYTES = 1L << 30;

  /** Checks the numbers. */
  public Rate {
    if (bytesPerSecond < 0 || bytesPerSecond > MAX_BYTES_PER_SECOND) {
      throw new IllegalArgumentException(
          "a rate of "
              + bytesPerSecond
              + " bytes per second is not between 0 and "
              + MAX_BYTES_PER_SECOND);
    }
    if (burstBytes < 1 || burstBytes > MAX_BURST_BYTES) {
      throw new IllegalArgumentException(
          "a burst of " + burstBytes + " bytes is not between 1 and " + MAX_BURST_BYTES);
    }
  }

  /**
   * Returns a rate whose burst is what passes in a second.
   *
   * @param bytes how many per second, from 1 to 2<sup>40</sup>; 0 for as many as come
   */
  public static Rate perSecond(long bytes) {
    return new Rate(bytes, Math.max(1, Math.min(bytes, MAX_BURST_BYTES)));
  }

  /**
   * Returns a copy with another burst.
   *
   * @param bytes how many may pass at once, from 1 to 2<sup>30</sup>
   */
  public Rate withBurst(long bytes) {
    return new Rate(bytesPerSecond, bytes);
  }

  /** Returns whether there is a limit. */
  public boolean isLimited() {
    return bytesPerSecond > 0;
  }

  @Override
  public String toString() {
    return isLimited() ? bytesPerSecond + " B/s, burst " + burstBytes + " B" : "unlimited";
  }
}
