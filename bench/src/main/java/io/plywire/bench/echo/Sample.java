// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.load.LoadResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One measurement.
 *
 * @param subject what was measured
 * @param cell the traffic
 * @param round counted from 1
 * @param values what came out, by the titles of columns, the one that counts first
 */
record Sample(Subject subject, Cell cell, int round, Map<String, Double> values) {
  /** What counts with messages and connections: for each, of the server's whole process. */
  static final String CPU = "processor, µs for each";

  /** How many there were in a second. */
  static final String RATE = "each second";

  static Sample of(Subject subject, Cell cell, int round, LoadResult result) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(CPU, result.cpuMicros());
    values.put(RATE, result.perSecond());
    values.put("p50, µs", result.p50());
    values.put("p99, µs", result.p99());
    values.put("p99.9, µs", result.p999());
    return new Sample(subject, cell, round, values);
  }

  /** Makes one of memory, in bytes for each connection. */
  static Sample ofMemory(
      Subject subject, Cell cell, int round, double heap, double outside, double direct) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("whole", heap + outside);
    values.put("heap", heap);
    values.put("outside the heap", outside);
    values.put("direct buffers", direct);
    return new Sample(subject, cell, round, values);
  }

  double value(String column) {
    return Objects.requireNonNull(values.get(column), column);
  }
}
