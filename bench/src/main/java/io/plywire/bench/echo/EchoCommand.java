// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.report.AcceptReport;
import io.plywire.bench.echo.report.IdleReport;
import io.plywire.bench.echo.report.ReportFolder;
import io.plywire.bench.echo.report.Results;
import io.plywire.bench.echo.server.ServerKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Echo runs over sockets. */
@Command(
    name = "echo",
    description = {
      "Measure echo servers over sockets: plywire, floors that do less, and other servers.",
      "Server and load generator are processes of their own, each on a processor of its own. The"
          + " servers of one kind of traffic run side by side, and the load generator goes round"
          + " them in short turns. What counts is the server's processor time for each message, and"
          + " its ratio to a floor's in the same round. Writes results.md, results.json and"
          + " ratios.svg into a folder."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = {
      "",
      "Exit codes: 0 done, 1 something could not be measured, 2 wrong usage.",
      "Quote ratios within one run, of a machine that does nothing else. 'plywire bench' is the same"
          + " as 'bench/run echo'; 'plywire bench pieces' is 'bench/run', which measures the pieces"
          + " between a socket and a handler with JMH: try 'bench/run --help'."
    })
public final class EchoCommand implements Callable<Integer> {
  private static final List<ServerKind> SCALE_SERVERS =
      List.of(ServerKind.PLYWIRE, ServerKind.FLOOR_NIO);
  private static final List<ServerKind> LOOPS_SERVERS =
      List.of(
          ServerKind.PLYWIRE, ServerKind.FLOOR_NIO, ServerKind.NETTY_NIO, ServerKind.NETTY_EPOLL);
  private static final List<ServerKind> QUICK_SERVERS =
      List.of(
          ServerKind.PLYWIRE, ServerKind.FLOOR_NIO, ServerKind.FLOOR_WS_NIO, ServerKind.NETTY_NIO);
  private static final int MAX_IDLE = 60_000;
  private static final int MAX_AT_ONCE = 1_000; // no more than the servers' backlogs

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--quick",
      description =
          "A chosen part in one round, about two minutes: for a look, not for a claim. Other"
              + " options choose otherwise.")
  private boolean quick;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private SubjectOptions servers;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private TrafficOptions traffic;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private EffortOptions howLong;

  @Option(
      names = "--idle",
      paramLabel = "N",
      arity = "0..1",
      fallbackValue = "10000",
      description =
          "Measure memory for each of N idle connections instead, ${FALLBACK-VALUE} if N is absent;"
              + " writes idle.md and idle.json. The limit of open files is to allow 1.5 N.")
  private @Nullable Integer idle;

  @Option(
      names = "--accept",
      paramLabel = "N",
      arity = "0..1",
      fallbackValue = "64",
      description =
          "Measure connections that are opened, upgraded and closed instead, N under way at any"
              + " time, ${FALLBACK-VALUE} if N is absent; writes accept.md and accept.json.")
  private @Nullable Integer accept;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the results go; bench/target/results/echo if absent.")
  private Path out = Path.of(System.getProperty("plywire.bench.out", "results"), "echo");

  private final List<String> about = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (idle != null && accept != null) {
      throw wrong("--idle and --accept are two runs");
    }
    Cores cores = Cores.choose();
    List<Integer> loops = servers.loops();
    about.add(
        String.format(
            "%s %s, %d processors; %s",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            Runtime.getRuntime().availableProcessors(),
            cores.describe(Collections.max(loops))));
    List<String> more = new ArrayList<>();
    List<Subject> subjects = servers.subjects(otherwise(), more, terminal()::println);
    about.add(
        String.format(
            "servers on JDK %s with %s",
            String.join(
                " and ", subjects.stream().map(each -> each.jdk().version()).distinct().toList()),
            String.join(" ", ServerProcess.JVM_OPTIONS)));
    about.addAll(more);
    if (idle != null) {
      return idle(idle, subjects, cores);
    }
    return accept != null ? accept(accept, subjects, cores) : echo(subjects, cores);
  }

  private List<ServerKind> otherwise() {
    if (traffic.isScale()) {
      return SCALE_SERVERS;
    }
    if (quick) {
      return QUICK_SERVERS;
    }
    return servers.hasLoops() ? LOOPS_SERVERS : List.of(ServerKind.values());
  }

  private int echo(List<Subject> subjects, Cores cores) throws IOException, InterruptedException {
    Effort effort = howLong.effort(quick ? 1 : 5);
    List<Cell> cells = traffic.cells(quick, servers.hasLoops());
    begin(effort.toString());
    EchoRun run = new EchoRun(subjects, cells, effort, cores, terminal());
    try (LoadProcess load = new LoadProcess(cores)) {
      return rounds(
          effort.rounds(),
          round -> run.round(load, round),
          run.failures(),
          lines -> ReportFolder.write(out, new Results(run.samples()), lines));
    }
  }

  private int idle(int connections, List<Subject> subjects, Cores cores)
      throws IOException, InterruptedException {
    traffic.refuse("--idle is about memory");
    if (connections < 1 || connections > MAX_IDLE) {
      throw wrong("--idle " + connections + " is not 1 to " + MAX_IDLE);
    }
    int times = howLong.rounds(quick ? 1 : 3);
    IdleRun run = new IdleRun(subjects, connections, times, cores, terminal());
    begin(run.describe());
    return rounds(
        times,
        run::round,
        run.failures(),
        lines -> new IdleReport(run.samples()).write(out, lines));
  }

  private int accept(int atOnce, List<Subject> subjects, Cores cores)
      throws IOException, InterruptedException {
    traffic.refuse("--accept is about connections without messages");
    if (atOnce < 1 || atOnce > MAX_AT_ONCE) {
      throw wrong("--accept " + atOnce + " is not 1 to " + MAX_AT_ONCE);
    }
    Effort effort = howLong.effort(quick ? 1 : 5);
    AcceptRun run = new AcceptRun(subjects, atOnce, effort, cores, terminal());
    begin(run.describe());
    try (LoadProcess load = new LoadProcess(cores)) {
      return rounds(
          effort.rounds(),
          round -> run.round(load, round),
          run.failures(),
          lines -> new AcceptReport(run.samples()).write(out, lines));
    }
  }

  /** Says what will be done before it is. */
  private void begin(String how) {
    about.add(how);
    about.forEach(terminal()::println);
  }

  /** Measures everything once. */
  @FunctionalInterface
  private interface Round {
    void measure(int round) throws IOException, InterruptedException;
  }

  /** Writes what is known so far, and returns it for the terminal. */
  @FunctionalInterface
  private interface Writing {
    String write(List<String> about) throws IOException;
  }

  private int rounds(int times, Round round, List<String> failures, Writing writing)
      throws IOException, InterruptedException {
    String report = "";
    for (int i = 1; i <= times; i++) {
      round.measure(i);
      List<String> lines = new ArrayList<>(about);
      if (i < times) {
        lines.add("NOTE: written after round " + i + " of " + times);
      }
      failures.forEach(failure -> lines.add("FAILED: " + failure.lines().findFirst().orElse("")));
      // After each round, so that a run that is broken off has not been for nothing.
      report = writing.write(lines);
    }
    terminal().println();
    terminal().println(report);
    terminal().println("written to " + out.toAbsolutePath().normalize());
    return failures.isEmpty() ? 0 : 1;
  }

  private PrintWriter terminal() {
    return spec.commandLine().getOut();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
