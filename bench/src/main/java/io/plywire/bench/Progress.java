// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import java.io.IOException;
import java.util.Collection;
import java.util.Objects;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/** Prints a line for each benchmark that is done, and whatever goes wrong. */
final class Progress implements OutputFormat {
  private final int rounds;
  private final long start = System.nanoTime();
  private int round;
  private int done;
  private int inFirstRound;

  Progress(int rounds) {
    this.rounds = rounds;
  }

  void round(int number) {
    if (number == 2) {
      inFirstRound = done;
    }
    round = number;
    done = 0;
  }

  @Override
  public void endBenchmark(BenchmarkResult result) {
    if (result == null) {
      return; // it failed, and said so
    }
    done++;
    String of = inFirstRound == 0 ? "" : "/" + inFirstRound;
    double cpu =
        Objects.requireNonNull(result.getSecondaryResults().get(CpuTimeProfiler.RESULT)).getScore();
    System.out.printf(
        "[%4d s, round %d/%d, %d%s] %s: %.1f %s, %.1f ns of processor%n",
        (System.nanoTime() - start) / 1_000_000_000,
        round,
        rounds,
        done,
        of,
        Name.of(result.getParams()),
        result.getPrimaryResult().getScore(),
        result.getScoreUnit(),
        cpu);
  }

  @Override
  public void verbosePrintln(String line) {}

  @Override
  public void println(String line) {
    // JMH explains itself here at length; what goes wrong contains one of these.
    if (line.contains("<failure>") || line.contains("Exception") || line.contains("ERROR")) {
      System.err.println(line);
    }
  }

  @Override
  public void print(String text) {}

  @Override
  public void write(int b) {}

  @Override
  public void write(byte[] bytes) throws IOException {}

  @Override
  public void flush() {
    System.out.flush();
  }

  @Override
  public void close() {}

  @Override
  public void startRun() {}

  @Override
  public void endRun(Collection<RunResult> results) {}

  @Override
  public void startBenchmark(BenchmarkParams params) {}

  @Override
  public void iteration(BenchmarkParams benchmark, IterationParams params, int iteration) {}

  @Override
  public void iterationResult(
      BenchmarkParams benchmark, IterationParams params, int iteration, IterationResult data) {}
}
