// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.stream.Durations;
import java.time.Duration;
import java.util.Objects;

/**
 * How much a {@link Reconnector} holds for its connection, be it there or not. What is being
 * written counts. Immutable.
 *
 * @param messages how many, at least 1
 * @param bytes how many they have together, at least 1
 * @param whenFull what happens to a message that does not fit
 * @param timeToLive how long a message may wait until its writing begins; zero for as long as it
 *     takes
 */
public record OutboxLimits(int messages, long bytes, WhenFull whenFull, Duration timeToLive) {
  private static final Duration LONGEST = Duration.ofDays(365);
  private static final OutboxLimits DEFAULTS =
      new OutboxLimits(1024, 4 << 20, WhenFull.REJECT, Duration.ZERO);

  /** What happens to a message that does not fit. */
  public enum WhenFull {
    /** It is not taken. */
    REJECT,
    /**
     * The messages that have waited longest make room. The one that is being written stays; a
     * message too big for what that leaves is not taken.
     */
    DROP_OLDEST
  }

  /** Checks the values. */
  public OutboxLimits {
    if (messages < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "an outbox of " + messages + " messages and " + bytes + " bytes can hold nothing");
    }
    Objects.requireNonNull(whenFull, "whenFull");
    if (timeToLive.isNegative() || timeToLive.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "time to live " + Durations.text(timeToLive) + " is negative or more than a year");
    }
  }

  /**
   * Returns 1,024 messages of 4 MiB; what does not fit is rejected, and what waits does not age.
   */
  public static OutboxLimits defaults() {
    return DEFAULTS;
  }

  /** Returns a copy with other numbers. */
  public OutboxLimits with(int maxMessages, long maxBytes) {
    return new OutboxLimits(maxMessages, maxBytes, whenFull, timeToLive);
  }

  /** Returns a copy with something else for messages that do not fit. */
  public OutboxLimits withWhenFull(WhenFull what) {
    return new OutboxLimits(messages, bytes, what, timeToLive);
  }

  /**
   * Returns a copy with another time to live.
   *
   * @param value zero for as long as it takes
   */
  public OutboxLimits withTimeToLive(Duration value) {
    return new OutboxLimits(messages, bytes, whenFull, value);
  }

  boolean expires() {
    return !timeToLive.isZero();
  }

  boolean dropsOldest() {
    return whenFull == WhenFull.DROP_OLDEST;
  }
}
