// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Figures that a benchmark finds out itself, as rows of JMH's tables: the mean over the iterations
 * of what was told last in each. JMH's own counters would be sums.
 */
public final class Figures implements InternalProfiler {
  private static final Map<String, ScalarResult> TOLD = new TreeMap<>();

  /** Made by JMH, in the JVM of the benchmark. */
  public Figures() {}

  static void tell(String name, double value, String unit) {
    TOLD.put(name, new ScalarResult(name, value, unit, AggregationPolicy.AVG));
  }

  @Override
  public String getDescription() {
    return "figures that the benchmark finds out itself";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    TOLD.clear();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    return List.copyOf(TOLD.values());
  }
}
