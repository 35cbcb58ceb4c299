// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import io.plywire.stream.Durations;
import java.time.Duration;

/**
 * How long and how much. Time appears in the kit in one place only, here: as the bound after which
 * something that must happen is said not to happen. Nothing is ever waited for so long if the
 * stream keeps its contract, so the bounds can be generous and results do not depend on them.
 *
 * <p>The system properties {@code io.plywire.tck.patienceSeconds}, {@code io.plywire.tck.rounds}
 * and {@code io.plywire.tck.bytes} change the defaults.
 *
 * @param patience how long a completion is waited for
 * @param rounds how often a race is run
 * @param bytes how much is sent each way where much is sent
 * @param cycles how many connections are opened and closed where resources are counted
 * @param seed where random sizes begin; part of the report
 */
public record TckEnvironment(Duration patience, int rounds, int bytes, int cycles, long seed) {
  private static final int THOROUGH_ROUNDS = 1000;

  /** Checks the bounds. */
  public TckEnvironment {
    if (patience.isNegative() || patience.isZero() || rounds < 1 || bytes < 1 || cycles < 1) {
      throw new IllegalArgumentException(
          "bounds must be positive: patience "
              + Durations.text(patience)
              + ", "
              + rounds
              + " rounds, "
              + bytes
              + " bytes, "
              + cycles
              + " cycles");
    }
  }

  /** Returns what the system properties say, or 10 seconds, 2000 rounds, 4 MiB, 1000 cycles. */
  public static TckEnvironment defaults() {
    return new TckEnvironment(
        Duration.ofSeconds(Integer.getInteger("io.plywire.tck.patienceSeconds", 10)),
        Integer.getInteger("io.plywire.tck.rounds", 2000),
        Integer.getInteger("io.plywire.tck.bytes", 4 << 20),
        Integer.getInteger("io.plywire.tck.cycles", 1000),
        Long.getLong("io.plywire.tck.seed", 20261122));
  }

  /** Returns a fraction of the default effort, for first tries and for slow machines. */
  public static TckEnvironment quick() {
    TckEnvironment full = defaults();
    return new TckEnvironment(full.patience, 50, 256 << 10, 20, full.seed);
  }

  /**
   * Returns a copy with another patience.
   *
   * @param bound how long a completion is waited for
   */
  public TckEnvironment withPatience(Duration bound) {
    return new TckEnvironment(bound, rounds, bytes, cycles, seed);
  }

  /**
   * Returns whether the effort is large enough to wait out even the longest bounds of a subject.
   */
  public boolean isThorough() {
    return rounds >= THOROUGH_ROUNDS;
  }

  /** Returns how long a whole check may take, so that one that hangs cannot stop the run. */
  public Duration checkLimit() {
    return patience.multipliedBy(6);
  }
}
