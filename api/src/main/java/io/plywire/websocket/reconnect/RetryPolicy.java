// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.stream.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * Decides by how a connection ended whether there is another one. Called on the executor of the
 * {@link Reconnector}; must not block.
 *
 * {@snippet :
 * RetryPolicy standard = RetryPolicy.standard();
 * RetryPolicy own = ending -> ending.closeCode() == 4001 ? Decision.stop() : standard.decide(ending);
 * }
 */
@FunctionalInterface
public interface RetryPolicy {
  /**
   * Decides.
   *
   * @param ending how it ended
   */
  Decision decide(Ending ending);

  /**
   * Returns the standard policy, which waits for an hour at most because a server says so.
   *
   * <p>It stops if the server said that this client is at fault or that all is done: status 4xx but
   * for 408, 425 and 429; codes 1000, 1002, 1003, 1007 to 1010, 3000 and 3003; and if code of the
   * application failed while connecting, or the transport has been closed on this side. Everything
   * else is repeated. 1012 means 5 to 30 seconds, as its registration has it, 1013 half a minute to
   * a whole one, {@code Retry-After} what it says; the jitter comes on top.
   */
  static RetryPolicy standard() {
    return standard(Duration.ofHours(1));
  }

  /**
   * Returns the standard policy with another bound for what servers ask for.
   *
   * @param longest how long to wait at most because a server says so; positive
   */
  static RetryPolicy standard(Duration longest) {
    if (longest.isNegative() || longest.isZero()) {
      throw new IllegalArgumentException(
          "a wait of at most " + Durations.text(longest) + " is none");
    }
    return ending -> StandardPolicy.decide(ending, longest, Instant.now());
  }

  /**
   * What is decided.
   *
   * @param again whether there is another attempt
   * @param atLeast what has to be waited at least; the jitter comes on top
   * @param spread the window of the jitter, if longer than that of the {@link Backoff}
   */
  record Decision(boolean again, Duration atLeast, Duration spread) {
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Decision STOP = new Decision(false, Duration.ZERO, Duration.ZERO);
    private static final Decision RETRY = new Decision(true, Duration.ZERO, Duration.ZERO);

    /** Checks the times. */
    public Decision {
      require(atLeast, "atLeast");
      require(spread, "spread");
    }

    private static void require(Duration value, String name) {
      Objects.requireNonNull(value, name);
      if (value.isNegative() || value.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            name + " " + Durations.text(value) + " is negative or more than a year");
      }
    }

    /** Returns that there is no other attempt: the Reconnector stops. */
    public static Decision stop() {
      return STOP;
    }

    /** Returns that there is another attempt, when the {@link Backoff} says. */
    public static Decision retry() {
      return RETRY;
    }

    /**
     * Returns that there is another attempt, not before a time.
     *
     * @param atLeast what has to be waited at least
     */
    public static Decision retryAfter(Duration atLeast) {
      return new Decision(true, atLeast, Duration.ZERO);
    }

    /**
     * Returns a copy with another spread.
     *
     * @param window over which clients that were told the same are spread
     */
    public Decision withSpread(Duration window) {
      return new Decision(again, atLeast, window);
    }
  }
}
