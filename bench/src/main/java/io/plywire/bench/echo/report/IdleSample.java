// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

/**
 * What an idle connection costs a server, in bytes.
 *
 * @param row the server
 * @param round counted from 1
 * @param heap objects, after garbage collection
 * @param direct direct buffers that the JVM counts; a part of {@code outside}
 * @param outside what the process got from the system besides its heap
 */
public record IdleSample(Row row, int round, double heap, double direct, double outside) {
  /** Returns heap and all the rest. */
  public double total() {
    return heap + outside;
  }
}
