// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

/**
 * What was measured, of messages or of connections.
 *
 * @param count how many messages came back, or connections came to their end
 * @param seconds how long that took
 * @param cpuMicros processor time of the server's process for each
 * @param coarseTurns in how many turns that was told in ticks of 10 ms, since threads had ended
 * @param p50 half of the messages were back, or of the connections upgraded, after so many µs
 * @param p99 99 % of them
 * @param p999 99.9 % of them
 */
public record LoadResult(
    long count,
    double seconds,
    double cpuMicros,
    int coarseTurns,
    double p50,
    double p99,
    double p999) {

  /** Returns how many there were each second. */
  public double perSecond() {
    return count / seconds;
  }
}
