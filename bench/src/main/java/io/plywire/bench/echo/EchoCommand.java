// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.report.ReportFolder;
import io.plywire.bench.echo.report.Results;
import io.plywire.bench.echo.server.ServerKind;
import io.plywire.bench.echo.wire.Security;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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
      converter = ServerConverter.class,
      description = "Measure these only; all if absent. To be had: ${COMPLETION-CANDIDATES}.",
      completionCandidates = ServerNames.class)
  private List<ServerKind> servers = new ArrayList<>();

  @Option(
      names = "--cell",
      paramLabel = "CELL",
      split = ",",
      converter = CellConverter.class,
      description =
          "Measure this traffic, connections x in flight x size, such as 64x1x16B; repeatable.")
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
      converter = SizeConverter.class,
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
      converter = SecurityConverter.class,
      description =
          "Encrypt with these engines: jdk, conscrypt, bouncycastle, tcnative (Netty's own), or"
              + " none, which is so if absent; a server without the engine is left out.")
  private List<Security> securities = new ArrayList<>();

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
      converter = JdkConverter.class,
      description =
          "Run servers on the JDK in this folder; repeatable, then on each. The load generator"
              + " stays on the JDK of this command.")
  private List<Jdk> jdks = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the results go; bench/target/results/echo if absent.")
  private Path out = Path.of(System.getProperty("plywire.bench.out", "results"), "echo");

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter terminal = spec.commandLine().getOut();
    Cores cores = Cores.choose();
    EchoRun.Effort effort = effort();
    List<Cell> traffic = traffic();
    List<Subject> subjects = subjects();
    List<String> head = new ArrayList<>();
    head.add(cores.description());
    head.add(
        String.format(
            "%s, %d processors; servers with %s; %d round%s, each sample %s s after a warm-up of %s"
                + " s or more",
            System.getProperty("os.name") + " " + System.getProperty("os.version"),
            Runtime.getRuntime().availableProcessors(),
            String.join(" ", ServerProcess.JVM_OPTIONS),
            effort.rounds(),
            effort.rounds() == 1 ? "" : "s",
            effort.seconds(),
            effort.warmUpSeconds()));
    head.add(
        "JDKs of the servers: "
            + String.join(
                ", ", subjects.stream().map(each -> each.jdk().version()).distinct().toList()));
    head.forEach(terminal::println);
    EchoRun run = new EchoRun(subjects, traffic, effort, cores, terminal);
    String report = "";
    try (LoadProcess load = new LoadProcess(cores)) {
      for (int round = 1; round <= effort.rounds(); round++) {
        run.round(load, round);
        List<String> about = new ArrayList<>(head);
        if (round < effort.rounds()) {
          about.add("NOTE: after round " + round + ", the run went on");
        }
        run.failures().forEach(failure -> about.add("FAILED: " + failure));
        // After each round, so that a run that is broken off has not been for nothing.
        report = ReportFolder.write(out, new Results(run.samples()), about);
      }
    }
    terminal.println();
    terminal.println(report);
    terminal.println("written to " + out.toAbsolutePath().normalize());
    return run.failures().isEmpty() ? 0 : 1;
  }

  private EchoRun.Effort effort() {
    int times = rounds == null ? (quick ? 1 : 5) : rounds;
    if (times < 1) {
      throw wrong("--rounds " + times + " is less than 1");
    }
    if (!(warmUp >= 0 && warmUp <= 3600)) {
      throw wrong("--warm-up " + warmUp + " is not 0 to 3600");
    }
    if (!(seconds > 0 && seconds <= 3600)) {
      throw wrong("--seconds " + seconds + " is not above 0 and up to 3600");
    }
    return new EchoRun.Effort(times, warmUp, seconds);
  }

  private List<Cell> traffic() {
    boolean matrix = !connections.isEmpty() || !sizes.isEmpty() || !inFlight.isEmpty();
    if (!cells.isEmpty()) {
      if (matrix) {
        throw wrong("--cell says all; --connections, --size and --in-flight do not go with it");
      }
      return List.copyOf(new LinkedHashSet<>(cells));
    }
    if (quick && !matrix) {
      return QUICK;
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

  private List<Subject> subjects() {
    List<ServerKind> kinds =
        !servers.isEmpty() ? servers : quick ? QUICK_SERVERS : List.of(ServerKind.values());
    List<Subject> subjects = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (Jdk jdk : jdks.isEmpty() ? List.of(Jdk.own()) : jdks) {
      for (Security security : securities.isEmpty() ? List.of(Security.NONE) : securities) {
        for (ServerKind kind : new LinkedHashSet<>(kinds)) {
          Subject subject = new Subject(kind, jdk, security);
          if (kind.securities().contains(security)) {
            subjects.add(subject);
          } else {
            leftOut.add(subject.toString());
          }
        }
      }
    }
    if (subjects.isEmpty()) {
      throw wrong("nothing to measure: there is no " + String.join(" and no ", leftOut));
    }
    if (!leftOut.isEmpty()) {
      spec.commandLine().getOut().println("left out: no " + String.join(", no ", leftOut));
    }
    return subjects;
  }

  private ParameterException wrong(@Nullable String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static final class ServerNames extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    ServerNames() {
      for (ServerKind kind : ServerKind.values()) {
        add(kind.label());
      }
    }
  }

  private static final class ServerConverter implements ITypeConverter<ServerKind> {
    @Override
    public ServerKind convert(String value) {
      return converted(() -> ServerKind.named(value));
    }
  }

  private static final class SecurityConverter implements ITypeConverter<Security> {
    @Override
    public Security convert(String value) {
      return converted(() -> Security.named(value));
    }
  }

  private static final class CellConverter implements ITypeConverter<Cell> {
    @Override
    public Cell convert(String value) {
      return converted(() -> Cell.parse(value));
    }
  }

  private static final class SizeConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return converted(() -> Cell.parseSize(value));
    }
  }

  private static final class JdkConverter implements ITypeConverter<Jdk> {
    @Override
    public Jdk convert(String value) {
      return converted(() -> Jdk.at(Path.of(value)));
    }
  }

  /** Lets picocli say what is wrong, in our words. */
  private static <T> T converted(Supplier<T> conversion) {
    try {
      return conversion.get();
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
