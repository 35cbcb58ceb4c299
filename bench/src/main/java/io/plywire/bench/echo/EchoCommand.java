// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.report.AcceptReport;
import io.plywire.bench.echo.report.IdleReport;
import io.plywire.bench.echo.report.ReportFolder;
import io.plywire.bench.echo.report.Results;
import io.plywire.bench.echo.server.CppProgram;
import io.plywire.bench.echo.server.ServerKind;
import io.plywire.bench.echo.wire.Security;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Echo runs over sockets. */
@Command(
    name = "echo",
    description = {
      "Measure echo servers over sockets: plywire, floors that do less, and other servers.",
      "Server and load generator are processes of their own, each on a processor of its own. What"
          + " counts is the server's processor time for each message, and its ratio to a floor's"
          + " in the same round. Writes results.md, results.json and ratios.svg into a folder."
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
  private static final List<Cell> QUICK =
      List.of(new Cell(64, 1, 16), new Cell(64, 16, 16), new Cell(64, 1, 64 << 10));
  private static final List<Cell> SCALE =
      List.of(
          new Cell(1, 1, 16),
          new Cell(64, 1, 16),
          new Cell(64, 1, 16, 100 - 64),
          new Cell(64, 1, 16, 1_000 - 64),
          new Cell(64, 1, 16, 10_000 - 64));
  private static final List<ServerKind> SCALE_SERVERS =
      List.of(ServerKind.PLYWIRE, ServerKind.FLOOR_NIO);
  private static final List<Cell> LOOPS = List.of(new Cell(64, 1, 16), new Cell(64, 16, 16));
  private static final List<ServerKind> LOOPS_SERVERS =
      List.of(
          ServerKind.PLYWIRE, ServerKind.FLOOR_NIO, ServerKind.NETTY_NIO, ServerKind.NETTY_EPOLL);
  private static final int MAX_IDLE = 60_000;
  private static final int MAX_LOOPS = 256;
  private static final int MAX_AT_ONCE = 1_000; // no more than the servers' backlogs
  private static final List<ServerKind> QUICK_SERVERS =
      List.of(
          ServerKind.PLYWIRE, ServerKind.FLOOR_NIO, ServerKind.FLOOR_WS_NIO, ServerKind.NETTY_NIO);

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--quick",
      description =
          "A chosen part in one round, about two minutes: for a look, not for a claim. Other"
              + " options choose otherwise.")
  private boolean quick;

  @Option(
      names = "--server",
      paramLabel = "NAME",
      split = ",",
      converter = Converters.ServerConverter.class,
      description =
          "Measure these only; all if absent. To be had: ${COMPLETION-CANDIDATES}. The one of"
              + " Boost.Beast is compiled when it is first asked for, and left out without g++ and"
              + " its libraries.",
      completionCandidates = Converters.ServerNames.class)
  private List<ServerKind> servers = new ArrayList<>();

  @Option(
      names = "--cell",
      paramLabel = "CELL",
      split = ",",
      converter = Converters.CellConverter.class,
      description =
          "Measure this traffic, connections x in flight x size, such as 64x1x16B; 64x1x16B+936 has"
              + " 936 idle connections besides. Repeatable.")
  private List<Cell> cells = new ArrayList<>();

  @Option(
      names = "--connections",
      paramLabel = "N",
      split = ",",
      description = "Connections of the matrix; 1,64 if absent. From 1 MiB on 8 stand for more.")
  private List<Integer> connections = new ArrayList<>();

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      split = ",",
      converter = Converters.SizeConverter.class,
      description = "Sizes of messages of the matrix; 16B,1KiB,64KiB,1MiB if absent.")
  private List<Integer> sizes = new ArrayList<>();

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      split = ",",
      description = "Messages under way on each connection in the matrix; 1,16 if absent.")
  private List<Integer> inFlight = new ArrayList<>();

  @Option(
      names = "--tls",
      paramLabel = "ENGINE",
      split = ",",
      converter = Converters.SecurityConverter.class,
      description =
          "Encrypt with these engines: jdk, conscrypt, bouncycastle, tcnative (Netty's own),"
              + " openssl (Beast's), or none, which is so if absent; a server without the engine is"
              + " left out.")
  private List<Security> securities = new ArrayList<>();

  @Option(
      names = "--loops",
      paramLabel = "N",
      split = ",",
      description =
          "Give servers so many threads that serve connections, each with a processor of its own if"
              + " there are enough; 1 if absent. 1,2 compares; a server that cannot have more than"
              + " one is left out. Without other options a chosen part.")
  private List<Integer> loops = new ArrayList<>();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often to measure everything; 5, or 1 with --quick, if absent.")
  private @Nullable Integer rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "3",
      description = "Time before each measurement at least; ${DEFAULT-VALUE} if absent.")
  private double warmUp;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description = "Time of each measurement; ${DEFAULT-VALUE} if absent.")
  private double seconds;

  @Option(
      names = "--java",
      paramLabel = "HOME",
      converter = Converters.JdkConverter.class,
      description =
          "Run servers on the JDK in this folder; repeatable, then on each. The load generator"
              + " stays on the JDK of this command.")
  private List<Jdk> jdks = new ArrayList<>();

  @Option(
      names = "--scale",
      description =
          "Measure few active connections among many idle ones instead, 1 to 10,000 open; plywire"
              + " and floor-nio if no server is named.")
  private boolean scale;

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

  @Override
  public Integer call() throws IOException, InterruptedException {
    Cores cores = Cores.choose();
    List<String> about = new ArrayList<>();
    List<Subject> subjects = subjects(about);
    about.add(
        0,
        String.format(
            "%s %s, %d processors; %s",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            Runtime.getRuntime().availableProcessors(),
            cores.describe(loops().stream().max(Integer::compare).orElseThrow())));
    about.add(
        1,
        String.format(
            "servers on JDK %s with %s",
            String.join(
                " and ", subjects.stream().map(each -> each.jdk().version()).distinct().toList()),
            String.join(" ", ServerProcess.JVM_OPTIONS)));
    if (idle != null && accept != null) {
      throw wrong("--idle and --accept are two runs");
    }
    return idle != null
        ? idle(idle, subjects, cores, about)
        : accept != null ? accept(accept, subjects, cores, about) : echo(subjects, cores, about);
  }

  private int echo(List<Subject> subjects, Cores cores, List<String> about)
      throws IOException, InterruptedException {
    EchoRun.Effort effort = effort();
    List<Cell> traffic = traffic();
    about.add(effort.toString());
    about.forEach(terminal()::println);
    EchoRun run = new EchoRun(subjects, traffic, effort, cores, terminal());
    try (LoadProcess load = new LoadProcess(cores)) {
      return rounds(
          effort.rounds(),
          about,
          round -> run.round(load, round),
          run.failures(),
          lines -> ReportFolder.write(out, new Results(run.samples()), lines));
    }
  }

  private int idle(int connections, List<Subject> subjects, Cores cores, List<String> about)
      throws IOException, InterruptedException {
    refuseTraffic("--idle is about memory");
    if (connections < 1 || connections > MAX_IDLE) {
      throw wrong("--idle " + connections + " is not 1 to " + MAX_IDLE);
    }
    int times = times(3);
    IdleRun run = new IdleRun(subjects, connections, times, cores, terminal());
    about.add(run.describe());
    about.forEach(terminal()::println);
    return rounds(
        times,
        about,
        run::round,
        run.failures(),
        lines -> new IdleReport(run.samples()).write(out, lines));
  }

  private int accept(int atOnce, List<Subject> subjects, Cores cores, List<String> about)
      throws IOException, InterruptedException {
    refuseTraffic("--accept is about connections without messages");
    if (atOnce < 1 || atOnce > MAX_AT_ONCE) {
      throw wrong("--accept " + atOnce + " is not 1 to " + MAX_AT_ONCE);
    }
    EchoRun.Effort effort = effort();
    AcceptRun run = new AcceptRun(subjects, atOnce, effort, cores, terminal());
    about.add(run.describe());
    about.forEach(terminal()::println);
    try (LoadProcess load = new LoadProcess(cores)) {
      return rounds(
          effort.rounds(),
          about,
          round -> run.round(load, round),
          run.failures(),
          lines -> new AcceptReport(run.samples()).write(out, lines));
    }
  }

  private void refuseTraffic(String why) {
    if (scale || !cells.isEmpty() || hasMatrix()) {
      throw wrong(
          why + "; --scale, --cell, --connections, --size and --in-flight do not go with it");
    }
  }

  /** Measures everything once. */
  @FunctionalInterface
  private interface Round {
    void measure(int round) throws InterruptedException;
  }

  /** Writes what is known so far, and returns it for the terminal. */
  @FunctionalInterface
  private interface Writing {
    String write(List<String> about) throws IOException;
  }

  private int rounds(
      int times, List<String> about, Round round, List<String> failures, Writing writing)
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

  private int times(int otherwise) {
    int times = rounds == null ? (quick ? 1 : otherwise) : rounds;
    if (times < 1) {
      throw wrong("--rounds " + times + " is less than 1");
    }
    return times;
  }

  private EchoRun.Effort effort() {
    int times = times(5);
    if (!(warmUp >= 0 && warmUp <= 3600)) {
      throw wrong("--warm-up " + warmUp + " is not 0 to 3600");
    }
    if (!(seconds > 0 && seconds <= 3600)) {
      throw wrong("--seconds " + seconds + " is not above 0 and up to 3600");
    }
    return new EchoRun.Effort(times, warmUp, seconds);
  }

  private List<Cell> traffic() {
    if (!cells.isEmpty() || scale) {
      if (hasMatrix() || (scale && !cells.isEmpty())) {
        throw wrong(
            (scale ? "--scale" : "--cell")
                + " says all; --connections, --size and --in-flight do not go with it");
      }
      return scale ? SCALE : List.copyOf(new LinkedHashSet<>(cells));
    }
    if (!hasMatrix() && (quick || !loops.isEmpty())) {
      return quick ? QUICK : LOOPS;
    }
    try {
      return Cell.matrix(
          connections.isEmpty() ? List.of(1, 64) : connections,
          sizes.isEmpty() ? List.of(16, 1 << 10, 64 << 10, 1 << 20) : sizes,
          inFlight.isEmpty() ? List.of(1, 16) : inFlight);
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  private boolean hasMatrix() {
    return !connections.isEmpty() || !sizes.isEmpty() || !inFlight.isEmpty();
  }

  private List<Integer> loops() {
    for (int each : loops) {
      if (each < 1 || each > MAX_LOOPS) {
        throw wrong("--loops " + each + " is not 1 to " + MAX_LOOPS);
      }
    }
    return loops.isEmpty() ? List.of(1) : List.copyOf(new LinkedHashSet<>(loops));
  }

  private List<ServerKind> kinds() {
    if (!servers.isEmpty()) {
      return servers;
    }
    if (scale) {
      return SCALE_SERVERS;
    }
    return quick ? QUICK_SERVERS : loops.isEmpty() ? List.of(ServerKind.values()) : LOOPS_SERVERS;
  }

  /**
   * Makes what is to be measured.
   *
   * @param about gets lines on what is left out, and on what servers are made of
   */
  private List<Subject> subjects(List<String> about) throws IOException, InterruptedException {
    List<Subject> subjects = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (ServerKind kind : new LinkedHashSet<>(kinds())) {
      List<Subject> ofKind = subjects(kind, leftOut);
      CppProgram program = kind.program();
      if (program != null && !ofKind.isEmpty()) {
        try {
          program.executable(terminal()::println);
          about.add(kind.label() + " is made of " + program.version());
        } catch (IOException e) {
          ofKind.clear();
          leftOut.add(kind.label() + ", for " + e.getMessage());
        }
      }
      subjects.addAll(ofKind);
    }
    if (subjects.isEmpty()) {
      throw wrong("nothing to measure: there is no " + String.join(" and no ", leftOut));
    }
    if (!leftOut.isEmpty()) {
      about.add("left out: no " + String.join(", no ", leftOut));
    }
    return subjects;
  }

  private List<Subject> subjects(ServerKind kind, List<String> leftOut) {
    List<Subject> subjects = new ArrayList<>();
    List<Jdk> all = jdks.isEmpty() ? List.of(Jdk.own()) : jdks;
    // What needs no JDK is measured once, beside the floor on the first.
    for (Jdk jdk : kind.program() == null ? all : all.subList(0, 1)) {
      for (Security security : securities.isEmpty() ? List.of(Security.NONE) : securities) {
        for (int each : loops()) {
          Subject subject = new Subject(kind, jdk, security, each);
          if (kind.securities().contains(security) && (each == 1 || kind.takesLoops())) {
            subjects.add(subject);
          } else {
            leftOut.add(subject.toString());
          }
        }
      }
    }
    return subjects;
  }

  private ParameterException wrong(@Nullable String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
