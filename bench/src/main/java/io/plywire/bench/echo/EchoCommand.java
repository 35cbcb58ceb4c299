// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.Run.Effort;
import io.plywire.bench.echo.server.Names;
import io.plywire.bench.echo.server.Program;
import io.plywire.bench.echo.server.ServerKind;
import io.plywire.bench.echo.wire.Security;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Echo runs over sockets. */
@Command(
    name = "plywire bench",
    description = {
      "Measure echo servers over sockets: plywire, floors that do less, and other servers.",
      "Each server is a process of its own on a processor of its own, and so is the load generator."
          + " The servers of one kind of traffic run side by side, and the load generator goes round"
          + " them in short turns. What counts is the server's processor time for each message, and"
          + " its ratio to a floor's in the same round. Writes results.md and results.json into a"
          + " folder."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    abbreviateSynopsis = true,
    footer = {
      "",
      "Exit codes: 0 done, 1 something could not be measured, 2 wrong usage.",
      "Quote ratios within one run, of a machine that does nothing else. 'plywire bench pieces' is"
          + " 'bench/run', which measures the pieces between a socket and a handler with JMH."
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
  private static final List<Cell> SCALE_CELLS =
      List.of(
          new Cell(1, 1, 16),
          new Cell(64, 1, 16),
          new Cell(64, 1, 16, 100 - 64),
          new Cell(64, 1, 16, 1_000 - 64),
          new Cell(64, 1, 16, 10_000 - 64));
  private static final List<Cell> LOOPS_CELLS = List.of(new Cell(64, 1, 16), new Cell(64, 16, 16));
  private static final List<Cell> QUICK_CELLS =
      List.of(new Cell(64, 1, 16), new Cell(64, 16, 16), new Cell(64, 1, 64 << 10));
  private static final int MAX_LOOPS = 256;
  private static final int MAX_SECONDS = 3600;

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
      description =
          "Measure these only; if absent all but plywire-counted, which has counters, and"
              + " plywire-recorded, which the Flight Recorder records. To be had: ${COMPLETION-CANDIDATES}. Beast is compiled"
              + " when it is first asked for, and left out without g++ and its libraries.")
  private List<ServerKind> servers = new ArrayList<>();

  @Option(
      names = "--tls",
      paramLabel = "ENGINE",
      split = ",",
      description =
          "Encrypt with these engines: ${COMPLETION-CANDIDATES}. None if absent; tcnative is Netty's"
              + " own, openssl Beast's. A server without the engine is left out.")
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
      names = "--java",
      paramLabel = "HOME",
      description =
          "Run servers on the JDK in this folder; repeatable, then on each. The load generator"
              + " stays on the JDK of this command.")
  private List<Jdk> jdks = new ArrayList<>();

  @Option(
      names = "--beside",
      paramLabel = "CHECKOUT",
      description =
          "Measure the plywire of another checkout too, such as one of a former commit, and compare"
              + " with it. The folder is to have been built: 'mvn -DskipTests package'.")
  private @Nullable Path beside;

  @ArgGroup private Traffic traffic = new Traffic();

  /** What goes to and fro; one of these, or a matrix of sizes if there is none. */
  private static final class Traffic {
    @Option(
        names = "--cell",
        paramLabel = "CELL",
        split = ",",
        description =
            "Measure this traffic, connections x in flight x size, such as 64x1x16B; 64x1x16B+936"
                + " has 936 idle connections besides, and in 64x1x1KiB/text messages are text in"
                + " Japanese. If absent, 1 and 64 connections with 1 and 16"
                + " in flight and sizes from 16B to 1MiB.")
    private List<Cell> cells = new ArrayList<>();

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
            "Measure memory for each of N idle connections instead, ${FALLBACK-VALUE} if N is"
                + " absent; writes idle.md and idle.json. The limit of open files is to allow 1.5"
                + " N.")
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
  }

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "How often to measure everything; if absent 5, or 3 with --idle, or 1 with --quick.")
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
      names = "--out",
      paramLabel = "DIR",
      description = "Where the results go; bench/target/results/echo if absent.")
  private Path out =
      Path.of(System.getProperty("plywire.bench.home", "."), "target", "results", "echo");

  /** Returns the command, ready to be executed. */
  public static CommandLine newCommandLine() {
    return new CommandLine(new EchoCommand())
        .registerConverter(ServerKind.class, reading(name -> Names.find(name, ServerKind.values())))
        .registerConverter(Security.class, reading(name -> Names.find(name, Security.values())))
        .registerConverter(Cell.class, reading(Cell::parse))
        .registerConverter(Jdk.class, reading(home -> Jdk.at(Path.of(home))))
        .registerConverter(Path.class, folder -> Path.of(folder).toAbsolutePath().normalize());
  }

  /** Lets picocli say what is wrong, in our words. */
  private static <T> ITypeConverter<T> reading(Function<String, T> reader) {
    return text -> {
      try {
        return reader.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    };
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    for (int each : loops) {
      require(each >= 1 && each <= MAX_LOOPS, "--loops " + each + " is not 1 to " + MAX_LOOPS);
    }
    require(rounds == null || rounds >= 1, "--rounds " + rounds + " is less than 1");
    require(
        warmUp >= 0 && warmUp <= MAX_SECONDS,
        "--warm-up " + warmUp + " is not 0 to " + MAX_SECONDS);
    require(
        seconds > 0 && seconds <= MAX_SECONDS,
        "--seconds " + seconds + " is not above 0 and up to " + MAX_SECONDS);
    require(
        beside == null || Files.isRegularFile(Subject.jar(beside)),
        "--beside '" + beside + "' has no plywire-bench.jar in bench/target: has it been built?");
    List<Cell> cells = cells();
    List<String> about = new ArrayList<>();
    List<Subject> subjects = subjects(about);
    int usually = quick ? 1 : traffic.idle != null ? 3 : 5;
    Effort effort = new Effort(rounds == null ? usually : rounds, warmUp, seconds);
    Cores cores = Cores.chosen();
    about.add(
        0,
        String.format(
            "%s %s; %s",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            cores.describe(Collections.max(distinct(loops, List.of(1))))));
    about.add(describe(effort));
    about.forEach(terminal()::println);
    return measure(new Run(subjects, cells, effort, cores, terminal()), effort.rounds(), about);
  }

  private int measure(Run run, int times, List<String> about) throws IOException {
    String name = traffic.idle != null ? "idle" : traffic.accept != null ? "accept" : "results";
    String report = "";
    for (int i = 1; i <= times; i++) {
      run.round();
      List<String> lines = new ArrayList<>(about);
      if (i < times) {
        lines.add("NOTE: written after round " + i + " of " + times);
      }
      for (String failure : run.failures()) {
        lines.add("FAILED: " + failure.lines().findFirst().orElse(""));
      }
      // After each round, so that a run that is broken off has not been for nothing.
      report = new Report(run.samples()).write(out, name, lines);
    }
    terminal().println();
    terminal().println(report);
    terminal().println("written to " + out.toAbsolutePath().normalize());
    return run.failures().isEmpty() ? 0 : 1;
  }

  private String describe(Effort effort) {
    String times = effort.rounds() + (effort.rounds() == 1 ? " round; " : " rounds; ");
    return traffic.idle != null
        ? times + "besides " + String.join(" ", Run.MEMORY_OPTIONS)
        : times
            + "each sample "
            + seconds
            + " s, in turns with the others, after a warm-up of "
            + warmUp
            + " s or more";
  }

  private List<Cell> cells() {
    try {
      if (traffic.idle != null) {
        return List.of(Cell.silent(traffic.idle));
      }
      if (traffic.accept != null) {
        return List.of(Cell.comingAndGoing(traffic.accept));
      }
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    if (traffic.scale) {
      return SCALE_CELLS;
    }
    if (!traffic.cells.isEmpty()) {
      return distinct(traffic.cells, List.of());
    }
    return quick ? QUICK_CELLS : loops.isEmpty() ? Cell.matrix() : LOOPS_CELLS;
  }

  private List<ServerKind> servers() {
    if (traffic.scale) {
      return SCALE_SERVERS;
    }
    if (quick) {
      return QUICK_SERVERS;
    }
    return loops.isEmpty() ? ServerKind.usual() : LOOPS_SERVERS;
  }

  /**
   * Makes what is to be measured.
   *
   * @param about gets lines on what it runs on, on what is left out, and on what servers are made
   *     of
   */
  private List<Subject> subjects(List<String> about) throws InterruptedException {
    List<Subject> subjects = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (ServerKind kind : distinct(servers, servers())) {
      List<Subject> some = subjects(kind, leftOut);
      Program program = kind.program();
      if (program != null && !some.isEmpty()) {
        try {
          about.add(kind + " is made of " + program.version());
        } catch (IOException e) {
          some.clear();
          leftOut.add(kind + ", for " + e.getMessage());
        }
      }
      subjects.addAll(some);
    }
    require(
        !subjects.isEmpty(), "nothing to measure: there is no " + String.join(" and no ", leftOut));
    if (!leftOut.isEmpty()) {
      about.add("left out: no " + String.join(", no ", leftOut));
    }
    List<String> versions = subjects.stream().map(each -> each.jdk().version()).distinct().toList();
    about.add(
        0,
        String.format(
            "servers on JDK %s with %s",
            String.join(" and ", versions), String.join(" ", ServerProcess.JVM_OPTIONS)));
    return subjects;
  }

  private List<Subject> subjects(ServerKind kind, List<String> leftOut) {
    List<Subject> subjects = new ArrayList<>();
    List<Jdk> all = distinct(jdks, List.of(Jdk.own()));
    // What needs no JDK is measured once, beside the floor on the first.
    for (Jdk jdk : kind.program() == null ? all : all.subList(0, 1)) {
      for (Security security : distinct(securities, List.of(Security.NONE))) {
        for (int each : distinct(loops, List.of(1))) {
          Subject subject = new Subject(kind, jdk, security, each);
          if (!kind.securities().contains(security)) {
            leftOut.add(subject + ", which has no such engine");
          } else if (each > 1 && !kind.takesLoops()) {
            leftOut.add(subject + ", which has one loop");
          } else {
            subjects.add(subject);
            if (beside != null && kind == ServerKind.PLYWIRE) {
              subjects.add(new Subject(kind, jdk, security, each, beside));
            }
          }
        }
      }
    }
    return subjects;
  }

  private static <T> List<T> distinct(List<T> named, List<T> otherwise) {
    return List.copyOf(new LinkedHashSet<>(named.isEmpty() ? otherwise : named));
  }

  private PrintWriter terminal() {
    return spec.commandLine().getOut();
  }

  private void require(boolean right, String message) {
    if (!right) {
      throw wrong(message);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
