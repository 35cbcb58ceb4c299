// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import org.jspecify.annotations.Nullable;

/**
 * Counts what may pass. It fills with the rate up to the burst, and what has passed is taken out
 * afterwards. Several streams that look at the same moment may take out more than there was; then
 * it is in debt, and all of them wait until that is made up for.
 *
 * <p>Thread safety: every method may be called by any thread. No foreign code runs under the lock.
 */
final class TokenBucket {
  private static final long SECOND = 1_000_000_000L; // a byte, in the unit of level

  /** At a full speed of waiting, so many transfers a second; fewer bytes are not worth one. */
  private static final long TRANSFERS_PER_SECOND = 64;

  private final Rate rate;
  private final long quantum;
  private final long full;
  private final boolean shared;

  private long level; // in billionths of bytes
  private long filledAt;
  private boolean begun;

  private TokenBucket(Rate rate, boolean shared) {
    this.rate = rate;
    this.shared = shared;
    long share = Math.max(1, rate.bytesPerSecond() / TRANSFERS_PER_SECOND);
    this.quantum = Math.min(rate.burstBytes(), share);
    this.full = rate.burstBytes() * SECOND;
    this.level = full;
  }

  /** Makes a bucket for a rate, or none if that is unlimited. */
  static @Nullable TokenBucket of(Rate rate, boolean shared) {
    return rate.isLimited() ? new TokenBucket(rate, shared) : null;
  }

  /** Returns whether others look at this as well. */
  boolean isShared() {
    return shared;
  }

  /**
   * Returns how many bytes may pass now.
   *
   * @param wanted how many there are, at least 1
   * @param now by the clock of the executor
   * @return at most as many as wanted; 0 if it is so few that waiting is better
   */
  synchronized long allowed(long wanted, long now) {
    fill(now);
    long there = Math.floorDiv(level, SECOND);
    return there < Math.min(wanted, quantum) ? 0 : Math.min(wanted, there);
  }

  /**
   * Returns after how many nanoseconds something will be allowed if nobody takes anything.
   *
   * @param wanted how many bytes there are, at least 1
   * @param now by the clock of the executor
   */
  synchronized long nanosUntilAllowed(long wanted, long now) {
    fill(now);
    long missing = Math.min(wanted, quantum) * SECOND - level;
    return missing <= 0 ? 0 : (missing - 1) / rate.bytesPerSecond() + 1;
  }

  /**
   * Takes out what has passed.
   *
   * @param bytes how many
   * @param now by the clock of the executor
   */
  synchronized void passed(long bytes, long now) {
    fill(now);
    level -= Math.min(bytes, Rate.MAX_BURST_BYTES) * SECOND;
    level = Math.max(level, -2 * Rate.MAX_BURST_BYTES * SECOND); // far from any overflow
  }

  private void fill(long now) {
    long elapsed = begun ? now - filledAt : 0;
    if (begun && elapsed <= 0) {
      return; // the clocks of two loops may be some turns apart
    }
    begun = true;
    filledAt = now;
    long missing = full - level;
    level =
        elapsed > missing / rate.bytesPerSecond() ? full : level + elapsed * rate.bytesPerSecond();
  }

  @Override
  public String toString() {
    return (shared ? "shared " : "") + rate;
  }
}
