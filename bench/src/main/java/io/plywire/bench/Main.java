// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs benchmarks in rounds, so that what disturbs the machine for a while disturbs all of them,
 * and writes what came out into a folder.
 */
public final class Main {
  private static final String USAGE =
      """
      usage: run [pattern]... [--quick] [--out folder]
             run --idle [engine]...
        pattern  a regular expression, to be found in CompressBenchmark.floor and the like
        --quick  one short round instead of three: for a look, not for a claim
        --out    where results.md and results.json go; bench/target/results if not given
        --idle   measures what an idle TLS connection holds, instead of how long something takes""";

  private final List<String> patterns = new ArrayList<>();
  private boolean quick;
  private Path out = Path.of(System.getProperty("plywire.bench.out", "results"));

  private Main() {}

  /**
   * Runs the benchmarks.
   *
   * @param args see the usage
   * @throws RunnerException if JMH breaks off
   * @throws IOException if the results cannot be written
   */
  public static void main(String... args) throws RunnerException, IOException {
    if (args.length > 0 && args[0].equals("--idle")) {
      IdleMemory.main(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    Main main = new Main();
    if (!main.parse(args)) {
      System.err.println(USAGE);
      System.exit(2);
    }
    main.run();
  }

  private boolean parse(String... args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--quick")) {
        quick = true;
      } else if (args[i].equals("--out") && i + 1 < args.length) {
        out = Path.of(args[++i]);
      } else if (args[i].startsWith("-")) {
        return false;
      } else {
        patterns.add(args[i]);
      }
    }
    return true;
  }

  private void run() throws RunnerException, IOException {
    int rounds = quick ? 1 : 3;
    Progress progress = new Progress(rounds);
    List<RunResult> all = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      progress.round(round);
      Collection<RunResult> results = new Runner(options(), progress).run();
      all.addAll(results);
    }
    if (all.isEmpty()) {
      System.err.println("no benchmark matches " + patterns);
      System.exit(2);
    }
    Files.createDirectories(out);
    ResultFormatFactory.getInstance(ResultFormatType.JSON, out.resolve("results.json").toString())
        .writeOut(all);
    String report = new Report(all, rounds).markdown();
    Files.writeString(out.resolve("results.md"), report);
    System.out.println();
    System.out.println(report);
    System.out.println("written to " + out.toAbsolutePath().normalize());
  }

  private Options options() {
    OptionsBuilder options = new OptionsBuilder();
    patterns.forEach(options::include);
    options
        .forks(1)
        .warmupIterations(quick ? 3 : 5)
        .warmupTime(TimeValue.milliseconds(quick ? 200 : 500))
        .measurementIterations(quick ? 3 : 5)
        .measurementTime(TimeValue.milliseconds(quick ? 200 : 500))
        // Compiling in the foreground makes warm-up a matter of calls, on a busy machine as well.
        .jvmArgsAppend("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-Xbatch")
        .addProfiler(GCProfiler.class)
        .addProfiler(CpuTimeProfiler.class)
        .shouldFailOnError(true);
    return options.build();
  }
}
