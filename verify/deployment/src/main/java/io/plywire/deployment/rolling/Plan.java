// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import java.time.Duration;

/**
 * How a run is to be.
 *
 * @param clients how many
 * @param window how many messages a client sends ahead of their acknowledgments
 * @param pause from an acknowledgment to the next message
 * @param spread over how long a server spreads its goodbyes
 * @param rounds how many times each server is restarted
 * @param fault what the servers do wrong
 */
record Plan(int clients, int window, Duration pause, Duration spread, int rounds, Fault fault) {
  /** When a server cuts off what is left: long after, since that is no matter of speed here. */
  Duration deadline() {
    return spread.plusSeconds(60);
  }
}
