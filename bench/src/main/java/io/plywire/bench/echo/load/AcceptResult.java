// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

/**
 * What connections took that were opened, upgraded and closed.
 *
 * @param connections how many came to their end in the window
 * @param seconds how long the window was
 * @param cpuMicros processor time of the server's process for each connection
 * @param cpuSource where the processor time was read
 * @param p50 half of them were upgraded so many microseconds after the client began to connect
 * @param p99 99 % of them
 */
public record AcceptResult(
    long connections, double seconds, double cpuMicros, String cpuSource, double p50, double p99) {

  /** Returns how many connections came to their end each second. */
  public double connectionsPerSecond() {
    return connections / seconds;
  }
}
