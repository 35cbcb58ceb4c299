// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.stream.Durations;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: exponential, with full jitter. After the <i>n</i>-th
 * failure in a row that is {@code floor} and a uniformly random time between 0 and {@code min(cap,
 * base × 2ⁿ⁻¹)}, so many clients that lost their server in the same moment do not come back in the
 * same moment.
 *
 * <p>The defaults: a base of 5 s, as RFC 6455 section 7.2.3 recommends for the first reconnect; a
 * cap of 30 s, within which all have come back once the server has; a floor of 500 ms; 60 s of
 * stability.
 *
 * <p>Immutable.
 *
 * @param base the longest random time after the first failure
 * @param cap the longest random time after any number of failures
 * @param floor what is waited in any case; two attempts of a client are never closer
 * @param stableAfter how long a connection has to be open for failures to be forgotten; so a server
 *     that accepts and drops at once is not taken for one that works
 */
public record Backoff(Duration base, Duration cap, Duration floor, Duration stableAfter) {
  private static final Duration LONGEST = Duration.ofDays(365);
  private static final Backoff DEFAULTS =
      new Backoff(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMillis(500),
          Duration.ofSeconds(60));

  /** Checks that times are positive, and the cap not below the base. */
  public Backoff {
    requirePositive(base, "base");
    requirePositive(cap, "cap");
    requirePositive(floor, "floor");
    requirePositive(stableAfter, "stableAfter");
    if (cap.compareTo(base) < 0) {
      throw new IllegalArgumentException(
          "cap " + Durations.text(cap) + " is below the base " + Durations.text(base));
    }
  }

  private static void requirePositive(Duration value, String name) {
    Objects.requireNonNull(value, name);
    if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name + " " + Durations.text(value) + " is not above zero and within a year");
    }
  }

  /** Returns the defaults. */
  public static Backoff defaults() {
    return DEFAULTS;
  }

  /**
   * Returns a copy with another base.
   *
   * @param value the longest random time after the first failure
   */
  public Backoff withBase(Duration value) {
    return new Backoff(value, cap, floor, stableAfter);
  }

  /**
   * Returns a copy with another cap.
   *
   * @param value the longest random time after any number of failures
   */
  public Backoff withCap(Duration value) {
    return new Backoff(base, value, floor, stableAfter);
  }

  /**
   * Returns a copy with another floor.
   *
   * @param value what is waited in any case
   */
  public Backoff withFloor(Duration value) {
    return new Backoff(base, cap, value, stableAfter);
  }

  /**
   * Returns a copy with another time of stability.
   *
   * @param value how long a connection has to be open for failures to be forgotten
   */
  public Backoff withStableAfter(Duration value) {
    return new Backoff(base, cap, floor, value);
  }

  /**
   * Returns the longest random time.
   *
   * @param failures how many in a row, at least 1
   */
  public Duration window(int failures) {
    if (failures < 1) {
      throw new IllegalArgumentException(failures + " failures are none");
    }
    long most = cap.toNanos();
    int doublings = Math.min(failures - 1, Long.SIZE - 2);
    return base.toNanos() > most >> doublings ? cap : Duration.ofNanos(base.toNanos() << doublings);
  }

  /**
   * Returns how long to wait.
   *
   * @param failures how many in a row, at least 1
   * @param decision what the policy demands: its time takes the place of a shorter floor, and its
   *     spread that of a shorter window
   * @param random where the jitter comes from
   */
  public Duration delay(int failures, RetryPolicy.Decision decision, RandomGenerator random) {
    Duration window = longer(window(failures), decision.spread());
    return longer(floor, decision.atLeast()).plusNanos(random.nextLong(window.toNanos() + 1));
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? b : a;
  }
}
