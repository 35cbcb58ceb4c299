// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.tck.CheckResult;
import io.plywire.tck.CheckResult.Status;
import io.plywire.tck.TckEnvironment;
import io.plywire.tck.TckReport;
import io.plywire.tck.TckRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Verifies transports by the rules of the test kit. */
@Command(
    name = "tck",
    description = "Verify transports: every one that is found, or those that are named.",
    footer = {
      "",
      "Exit codes: 0 if every MUST is kept, 1 if not or if a run differed from another, 2 wrong usage.",
      "The rules are those of tck/SPEC.md. More or less effort: JAVA_OPTS=-Dio.plywire.tck.rounds=100."
    })
final class TckCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--provider",
      paramLabel = "NAME",
      description = "Verify this one only; may be repeated.")
  private List<String> providers = new ArrayList<>();

  @Option(
      names = "--class-path",
      paramLabel = "JAR",
      description = "Look into this jar or folder of classes, too; may be repeated.")
  private List<Path> classPath = new ArrayList<>();

  @Option(
      names = "--rule",
      paramLabel = "ID",
      description = "Verify this rule, such as N1.4, or group, such as N1, only; may be repeated.")
  private List<String> rules = new ArrayList<>();

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Write reports as text, JUnit XML, JSON and HTML into this folder.")
  private @Nullable Path report;

  @Option(
      names = "--repeat",
      paramLabel = "TIMES",
      defaultValue = "1",
      description = "Run so often and compare the verdicts.")
  private int repeat;

  @Option(names = "--quick", description = "A fraction of the effort, for a first impression.")
  private boolean quick;

  @Override
  public Integer call() throws IOException {
    if (repeat < 1) {
      throw new ParameterException(spec.commandLine(), "--repeat " + repeat + " is less than 1");
    }
    PrintWriter out = spec.commandLine().getOut();
    TckRunner runner =
        new TckRunner()
            .providers(new HashSet<>(providers))
            .classPath(classPath)
            .rules(new HashSet<>(rules))
            .environment(quick ? TckEnvironment.quick() : TckEnvironment.defaults());
    boolean ok = true;
    Set<Map<String, Status>> verdicts = new HashSet<>();
    for (int i = 1; i <= repeat; i++) {
      if (repeat > 1) {
        out.println("run " + i + " of " + repeat);
      }
      List<TckReport> reports = run(runner, new Progress(out));
      ok &= !reports.isEmpty() && reports.stream().allMatch(TckReport::isOk);
      verdicts.add(verdicts(reports));
      summary(reports, out);
    }
    if (repeat > 1) {
      out.println(
          verdicts.size() == 1
              ? repeat + " runs gave equal verdicts"
              : repeat + " runs gave " + verdicts.size() + " different verdicts");
    }
    return ok && verdicts.size() == 1 ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<TckReport> run(TckRunner runner, Progress progress) throws IOException {
    try {
      List<TckReport> reports = runner.run(progress);
      Path folder = report;
      if (folder != null) {
        for (TckReport each : reports) {
          each.write(folder);
        }
        spec.commandLine().getOut().println("reports written to " + folder);
      }
      return reports;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), OneLine.of(e), e);
    }
  }

  private static Map<String, Status> verdicts(List<TckReport> reports) {
    Map<String, Status> verdicts = new LinkedHashMap<>();
    for (TckReport each : reports) {
      for (CheckResult result : each.results()) {
        verdicts.put(each.subject() + " " + result.check(), result.status());
      }
    }
    return verdicts;
  }

  private static void summary(List<TckReport> reports, PrintWriter out) {
    Table table =
        new Table("TRANSPORT", "VERDICT", "PASSED", "FAILED", "WAIVED", "UNTESTED", "SECONDS");
    for (TckReport each : reports) {
      table.row(
          each.subject(),
          each.isOk() ? "conforms" : "VIOLATES " + String.join(" ", each.violatedRules()),
          Long.toString(each.count(Status.PASSED)),
          Long.toString(each.count(Status.FAILED)),
          Long.toString(each.count(Status.WAIVED)),
          Long.toString(each.count(Status.UNTESTED)),
          String.format(Locale.ROOT, "%.1f", each.time().toMillis() / 1e3));
    }
    out.println();
    if (reports.isEmpty()) {
      out.println("  nothing was verified");
    } else {
      table.print(out);
    }
  }

  /** Prints a mark for each check as it ends, a line for each group of rules. */
  private static final class Progress implements TckRunner.Progress {
    private final PrintWriter out;
    private String group = "";

    Progress(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void begins(String subject, int checks) {
      out.print(OneLine.of(subject) + ": " + checks + " checks");
      group = "";
    }

    @Override
    public void ended(CheckResult result) {
      String now = result.check().rule().group();
      if (!now.equals(group)) {
        out.print(String.format(Locale.ROOT, "%n  %-4s", now));
        group = now;
      }
      out.print(
          switch (result.status()) {
            case PASSED -> ".";
            case FAILED -> "F";
            case WAIVED -> "w";
            case UNTESTED -> "-";
          });
      out.flush();
    }

    @Override
    public void ended(TckReport report) {
      out.println();
      if (!report.failures().isEmpty() || !report.staleWaivers().isEmpty()) {
        out.println(report.text());
      }
    }

    @Override
    public void leftOut(String provider, String why) {
      out.println(OneLine.of(provider) + ": not verified, " + OneLine.of(why));
    }
  }
}
