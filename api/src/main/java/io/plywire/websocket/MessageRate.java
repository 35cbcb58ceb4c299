// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.Durations;
import java.time.Duration;
import java.util.Objects;

/**
 * How many messages may pass: so many in a time on the average, and so many at once after a
 * silence.
 *
 * <p>In any stretch of <i>t</i> at most {@code burst + messages × t / per} messages begin. Control
 * frames do not count. Immutable.
 *
 * @param messages how many; 0 for as many as come
 * @param per in which time
 * @param burst how many at once after a silence, 1 or more; of no meaning without a limit
 */
public record MessageRate(int messages, Duration per, int burst) {
  private static final Duration LONGEST = Duration.ofDays(365);

  /** No limit. */
  public static final MessageRate UNLIMITED = new MessageRate(0, Duration.ofSeconds(1), 1);

  /** Checks the numbers. */
  public MessageRate {
    Objects.requireNonNull(per, "per");
    if (messages < 0) {
      throw new IllegalArgumentException("a rate of " + messages + " messages is negative");
    }
    if (per.isNegative() || per.isZero() || per.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "messages in " + Durations.text(per) + ", which is not above zero and within a year");
    }
    if (messages > per.toNanos()) {
      throw new IllegalArgumentException(
          messages + " messages in " + Durations.text(per) + " are more than one a nanosecond");
    }
    if (burst < 1) {
      throw new IllegalArgumentException("a burst of " + burst + " messages is less than one");
    }
  }

  /**
   * Returns a rate whose burst is what passes in a second.
   *
   * @param messages how many per second; 0 for as many as come
   */
  public static MessageRate perSecond(int messages) {
    return new MessageRate(messages, Duration.ofSeconds(1), Math.max(1, messages));
  }

  /**
   * Returns a copy with another burst.
   *
   * @param messages how many may pass at once
   */
  public MessageRate withBurst(int messages) {
    return new MessageRate(this.messages, per, messages);
  }

  /** Returns whether there is a limit. */
  public boolean isLimited() {
    return messages > 0;
  }

  @Override
  public String toString() {
    return isLimited()
        ? messages + " messages per " + Durations.text(per) + ", burst " + burst
        : "unlimited";
  }
}
