// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.bench.echo.EchoCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs benchmarks in rounds, so that what disturbs the machine for a while disturbs all of them,
 * and writes what came out into a folder.
 */
@Command(
    name = "bench/run",
    description = {
      "Measure the pieces between a socket and a handler with JMH, each beside a floor: all"
          + " benchmarks, or those that a pattern finds. 'bench/run echo' measures echo servers"
          + " over sockets instead."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    subcommands = EchoCommand.class,
    footer = {"", "Quote ratios within one run, of a machine that does nothing else."})
public final class Main implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(
      paramLabel = "PATTERN",
      arity = "0..*",
      description =
          "A regular expression, to be found in CompressBenchmark.floor and the like; with --idle"
              + " the name of a TLS engine.")
  private List<String> patterns = new ArrayList<>();

  @Option(
      names = "--quick",
      description = "One short round instead of three: for a look, not for a claim.")
  private boolean quick;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results.md and results.json go; bench/target/results if absent.")
  private Path out = Path.of(System.getProperty("plywire.bench.out", "results"));

  @Option(
      names = "--idle",
      description = "Measure what an idle TLS connection holds, instead of how long things take.")
  private boolean idle;

  private Main() {}

  /**
   * Runs the command and ends the JVM with its exit code.
   *
   * @param args see the help
   */
  public static void main(String... args) {
    CommandLine line = new CommandLine(new Main());
    line.setParameterExceptionHandler(Main::wrongUsage);
    line.setExecutionExceptionHandler(Main::failed);
    System.exit(line.execute(args));
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, command.getErr());
    command.getErr().println("Try '" + name + " --help'.");
    return WRONG_USAGE;
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof IOException || e instanceof RunnerException) {
      command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + e.getMessage());
    } else {
      e.printStackTrace(command.getErr()); // a mistake of ours
    }
    return FAILED;
  }

  @Override
  public Integer call() throws RunnerException, IOException {
    if (idle) {
      IdleMemory.main(patterns.toArray(String[]::new));
    } else {
      run();
    }
    return 0;
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
      throw new ParameterException(spec.commandLine(), "no benchmark matches " + patterns);
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
