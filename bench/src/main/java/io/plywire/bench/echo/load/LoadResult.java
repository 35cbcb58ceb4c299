// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

/**
 * What the load generator measured.
 *
 * @param messages how many messages came back in the window
 * @param seconds how long the window was
 * @param cpuMicros processor time of the server's process for each message
 * @param cpuSource where the processor time was read
 * @param p50 half of the messages were back after so many microseconds
 * @param p99 99 % of them
 * @param p999 99.9 % of them
 * @param max all of them
 */
public record LoadResult(
    long messages,
    double seconds,
    double cpuMicros,
    String cpuSource,
    double p50,
    double p99,
    double p999,
    double max) {

  /** Returns how many messages came back each second. */
  public double messagesPerSecond() {
    return messages / seconds;
  }
}
