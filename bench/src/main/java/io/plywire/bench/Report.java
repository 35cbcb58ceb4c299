// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * A table for each class of benchmarks: medians over the iterations of all rounds, their spread,
 * and how they compare with the floor of the same parameters.
 */
final class Report {
  private static final String FLOOR = "floor";
  private static final String PREPARATION = "preparation";
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /** What was measured of one method with one set of parameters. */
  private static final class Samples {
    final List<Double> wall = new ArrayList<>();
    final List<Double> cpu = new ArrayList<>();
    final List<Double> allocated = new ArrayList<>();
    final List<Double> ratios = new ArrayList<>(); // of those that are measured side by side
  }

  /** By class, parameters and method. */
  private final Map<String, Map<String, Map<String, Samples>>> samples = new TreeMap<>();

  private final int rounds;

  Report(Collection<RunResult> results, int rounds) {
    this.rounds = rounds;
    for (RunResult run : results) {
      for (BenchmarkResult fork : run.getBenchmarkResults()) {
        Samples of = samples(run.getParams());
        for (IterationResult iteration : fork.getIterationResults()) {
          of.wall.add(iteration.getPrimaryResult().getScore());
          add(of.cpu, iteration, CpuTimeProfiler.RESULT);
          add(of.allocated, iteration, ALLOCATED);
          addRatio(of.ratios, iteration);
        }
      }
    }
  }

  private Samples samples(BenchmarkParams params) {
    Name name = Name.of(params);
    return samples
        .computeIfAbsent(name.type(), c -> new LinkedHashMap<>())
        .computeIfAbsent(name.parameters(), v -> new LinkedHashMap<>())
        .computeIfAbsent(name.method(), m -> new Samples());
  }

  private static void add(List<Double> to, IterationResult iteration, String name) {
    @SuppressWarnings("rawtypes") // as JMH declares it
    Result result = iteration.getSecondaryResults().get(name);
    if (result != null) {
      to.add(result.getScore());
    }
  }

  /** Adds what {@link SideBySide} says, if it was used. */
  private static void addRatio(List<Double> to, IterationResult iteration) {
    List<Double> parts = new ArrayList<>();
    add(parts, iteration, "preparation");
    add(parts, iteration, "floor");
    add(parts, iteration, "measured");
    if (parts.size() == 3) {
      to.add((parts.get(2) - parts.get(0)) / (parts.get(1) - parts.get(0)));
    }
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("JDK ")
        .append(Runtime.version())
        .append(", ")
        .append(Runtime.getRuntime().availableProcessors())
        .append(" processors, rounds: ")
        .append(rounds)
        .append(". Medians; the spread is from the lowest to the highest iteration. Ratios are of")
        .append(
            " processor time, to the floor of the same parameters, both without the preparation if there is")
        .append(
            " one; where they are measured side by side, by turns in one JVM, only that one counts,")
        .append(" with its spread.\n");
    samples.forEach(
        (name, lines) -> {
          text.append("\n## ").append(name).append("\n\n");
          text.append(
              "| parameters | method | ns/op | processor ns/op | spread | B/op | ratio |\n");
          text.append("|---|---|---:|---:|---:|---:|---:|\n");
          lines.forEach((parameters, methods) -> table(text, parameters, methods));
        });
    return text.toString();
  }

  private static void table(StringBuilder text, String parameters, Map<String, Samples> methods) {
    Samples floor = methods.get(FLOOR);
    Samples preparation = methods.get(PREPARATION);
    double before = preparation == null ? 0 : median(preparation.cpu);
    boolean compared = methods.values().stream().anyMatch(of -> !of.ratios.isEmpty());
    methods.forEach(
        (method, of) -> {
          if (!of.ratios.isEmpty()) {
            String spread = String.format("%.2f–%.2f", min(of.ratios), max(of.ratios));
            text.append(
                String.format(
                    "| %s | %s | | | %s | | %.2f |%n",
                    parameters, method, spread, median(of.ratios)));
            return;
          }
          double cpu = median(of.cpu);
          text.append(
              String.format(
                  "| %s | %s | %.1f | %.1f | %.1f–%.1f | %.1f | %s |%n",
                  parameters,
                  method,
                  median(of.wall),
                  cpu,
                  min(of.cpu),
                  max(of.cpu),
                  median(of.allocated),
                  floor == null || of == preparation || compared
                      ? ""
                      : String.format("%.2f", (cpu - before) / (median(floor.cpu) - before))));
        });
  }

  private static double min(List<Double> values) {
    return values.stream().mapToDouble(d -> d).min().orElse(Double.NaN);
  }

  private static double max(List<Double> values) {
    return values.stream().mapToDouble(d -> d).max().orElse(Double.NaN);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int n = sorted.size();
    return n == 0 ? Double.NaN : (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
  }
}
