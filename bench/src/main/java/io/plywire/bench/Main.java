// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.bench.echo.EchoCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
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

/** Runs benchmarks with JMH, in the way in which all of them are run here. */
@Command(
    name = "bench/run",
    description = {
      "Measure the pieces between a socket and a handler with JMH, each beside a floor: all"
          + " benchmarks, or those that a pattern finds. Echo servers over sockets are measured by"
          + " './plywire bench' instead, which is 'bench/run echo'."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = {
      "",
      "IdleEngine tells what an idle TLS connection holds. Quote ratios within one run, of a machine"
          + " that does nothing else."
    })
public final class Main implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(
      paramLabel = "PATTERN",
      arity = "0..*",
      description = "A regular expression, to be found in MaskBenchmark.sideBySide and the like.")
  private List<Pattern> patterns = new ArrayList<>();

  @Option(
      names = "--quick",
      description = "One short round instead of three: for a look, not for a claim.")
  private boolean quick;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results.txt and results.json go; bench/target/results if absent.")
  private Path out = Path.of(System.getProperty("plywire.bench.home", "."), "target", "results");

  private Main() {}

  /**
   * Runs the command and ends the JVM with its exit code.
   *
   * @param args see the help
   */
  public static void main(String... args) {
    boolean echo = args.length > 0 && args[0].equals("echo");
    CommandLine line = echo ? EchoCommand.newCommandLine() : new CommandLine(new Main());
    line.setParameterExceptionHandler(Main::wrongUsage);
    line.setExecutionExceptionHandler(Main::failed);
    System.exit(line.execute(echo ? Arrays.copyOfRange(args, 1, args.length) : args));
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandName();
    command.getErr().println(name + ": " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, command.getErr());
    command.getErr().println("Try '" + name + " --help'.");
    return WRONG_USAGE;
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof IOException || e instanceof RunnerException) {
      command.getErr().println(command.getCommandName() + ": " + e.getMessage());
    } else {
      e.printStackTrace(command.getErr()); // a mistake of ours
    }
    return FAILED;
  }

  @Override
  public Integer call() throws RunnerException, IOException {
    TimeValue time = TimeValue.milliseconds(quick ? 200 : 500);
    OptionsBuilder options = new OptionsBuilder();
    patterns.forEach(pattern -> options.include(pattern.pattern()));
    options
        .forks(quick ? 1 : 3)
        .warmupIterations(quick ? 3 : 5)
        .warmupTime(time)
        .measurementIterations(quick ? 3 : 5)
        .measurementTime(time)
        // Compiling in the foreground makes warm-up a matter of calls, on a busy machine as well.
        .jvmArgsAppend("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-Xbatch")
        .addProfiler(GCProfiler.class)
        .addProfiler(Figures.class)
        .shouldFailOnError(true);
    Collection<RunResult> results;
    try {
      results = new Runner(options.build()).run();
    } catch (NoBenchmarksException e) {
      throw new ParameterException(spec.commandLine(), "no benchmark matches " + patterns);
    }
    Files.createDirectories(out);
    write(ResultFormatType.TEXT, "results.txt", results);
    write(ResultFormatType.JSON, "results.json", results);
    System.out.println("written to " + out.toAbsolutePath().normalize());
    return 0;
  }

  private void write(ResultFormatType type, String file, Collection<RunResult> results) {
    ResultFormatFactory.getInstance(type, out.resolve(file).toString()).writeOut(results);
  }
}
