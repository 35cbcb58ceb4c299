// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance;

import io.plywire.conformance.suite.Installation;
import io.plywire.conformance.suite.SuiteException;
import io.plywire.conformance.verdict.CasePatterns;
import io.plywire.conformance.verdict.Expectation;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.deflate.DeflateOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command. */
@Command(
    name = "verify/conformance/run",
    description = {
      "Run the Autobahn test suite against plywire and compare its verdicts with the expected ones.",
      "All cases need about two and a half minutes of processor time, on two cores at once."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = {
      "",
      "Exit codes: 0 every case as expected, 1 a difference, 2 wrong usage, 3 the suite could not"
          + " be run to its end.",
      "Example: verify/conformance/run --role server --cases 6.*,9.1.1"
    })
final class ConformanceCommand implements Callable<Integer> {
  static final int DIFFERENCES = 1;
  static final int USAGE = 2;
  static final int BROKEN = 3;

  private static final Duration TICK = Duration.ofSeconds(5);
  private static final int CONNECT_MILLIS = 10_000;

  /** Finds what the build has put somewhere. */
  @FunctionalInterface
  interface Finder {
    Installation find() throws SuiteException;
  }

  private final Finder finder;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "What plywire is, server or client; both if absent.")
  private @Nullable Role role;

  @Option(
      names = "--cases",
      paramLabel = "CASES",
      defaultValue = "*",
      description = "Which cases, such as '1.*,9.1.1'; all by default.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String cases;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "Where the reports go, a folder for each role; conformance/target/reports by default."
              + " What an earlier run has left there is removed.")
  private @Nullable Path report;

  @Option(
      names = "--expected",
      paramLabel = "FILE",
      description = "What to compare with; conformance/expected-results.json by default.")
  private @Nullable Path expected;

  @Option(
      names = "--update",
      description = "Write the verdicts of this run to that file if all of them are acceptable.")
  private boolean update;

  @Option(
      names = "--deflate",
      description =
          "Let plywire offer and accept permessage-deflate. The suite here never agrees to it, so"
              + " nothing may change.")
  private boolean deflate;

  @Option(
      names = "--tls",
      description =
          "Let plywire speak TLS, wss:// in place of ws://; something in between takes it off for"
              + " the suite, which cannot.")
  private boolean tls;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "Test the server at this ws:// URL, which runs already and echoes, in place of one of"
              + " ours.")
  private @Nullable String url;

  @Option(
      names = "--patience",
      paramLabel = "N",
      defaultValue = "" + RoleRun.PATIENCE,
      description =
          "Multiply the deadlines of the suite, many of which are a second, for a busy machine and"
              + " a slow Python; ${DEFAULT-VALUE} by default, 1 for the suite's own.")
  private int patience;

  @Option(
      names = "--limit",
      paramLabel = "MINUTES",
      defaultValue = "30",
      description = "How long it may take; ${DEFAULT-VALUE} by default.")
  private int limitMinutes;

  ConformanceCommand(Finder finder) {
    this.finder = finder;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (patience < 1 || patience > 100) {
      throw wrong("--patience " + patience + " is not between 1 and 100");
    }
    if (limitMinutes < 1) {
      throw wrong("--limit " + limitMinutes + " is not positive");
    }
    if (url != null && (role == Role.CLIENT || tls || deflate || update)) {
      throw wrong(
          "--url is about a server that has made its choices: it goes with none of"
              + " '--role client', --tls, --deflate and --update");
    }
    if (url != null) {
      requireServer(url);
    }
    Installation installation = finder.find();
    Path file =
        expected == null ? installation.module().resolve("expected-results.json") : expected;
    Expectation expectation = Expectation.read(file);
    Role only = url == null ? role : Role.SERVER;
    List<Role> roles = only == null ? List.of(Role.SERVER, Role.CLIENT) : List.of(only);
    CasePatterns chosen = chosen(expectation, roles);
    RoleRun.Settings settings =
        new RoleRun.Settings(
            report == null ? installation.module().resolve("target").resolve("reports") : report,
            patience,
            Duration.ofMinutes(limitMinutes),
            tls,
            url);
    WebSocketOptions options =
        WebSocketOptions.defaults().withDeflate(deflate ? DeflateOptions.defaults() : null);
    List<RoleRun> runs =
        roles.stream().map(r -> new RoleRun(installation, r, chosen, options, settings)).toList();
    PrintWriter out = spec.commandLine().getOut();
    List<RoleResult> results;
    try (Ticker ticker = new Ticker(out, runs.stream().map(RoleRun::progress).toList(), TICK)) {
      assert ticker != null;
      results = Runs.all(runs, chosen, expectation);
    }
    Summary.lines(results).forEach(out::println);
    for (Role played : roles) {
      out.println("report: " + settings.reports(played).resolve("index.html"));
    }
    if (update) {
      return update(file, expectation, chosen, results, out);
    }
    return results.stream().allMatch(r -> r.differences().isEmpty()) ? 0 : DIFFERENCES;
  }

  /** Asks before anything is started; the suite would only say that all cases are missing. */
  private void requireServer(String text) throws SuiteException {
    Endpoint server;
    try {
      server = Endpoint.parse(text);
    } catch (IllegalArgumentException e) {
      throw wrong("--url: " + e.getMessage());
    }
    if (server.secure() || !server.transport().equals("ws")) {
      throw wrong("--url " + text + " is not a ws:// URL, and the suite speaks nothing else");
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(server.host(), server.port()), CONNECT_MILLIS);
    } catch (IOException e) {
      throw new SuiteException("nobody answers at " + text + ": " + e.getMessage());
    }
  }

  private CasePatterns chosen(Expectation expectation, List<Role> roles) {
    try {
      CasePatterns chosen = CasePatterns.of(cases);
      if (!update) { // which may add cases
        for (Role played : roles) {
          chosen.requireKnown(expectation.of(played).keySet());
        }
      }
      return chosen;
    } catch (IllegalArgumentException e) {
      throw wrong("--cases: " + e.getMessage());
    }
  }

  private static int update(
      Path file,
      Expectation expectation,
      CasePatterns cases,
      List<RoleResult> results,
      PrintWriter out)
      throws IOException {
    List<String> refused = new ArrayList<>();
    Expectation changed = expectation;
    for (RoleResult result : results) {
      changed = changed.with(result.role(), cases, result.outcomes());
      result
          .outcomes()
          .forEach(
              (id, outcome) -> {
                if (!outcome.acceptable()) {
                  refused.add(Expectation.name(result.role()) + " " + id + ": " + outcome);
                }
              });
    }
    if (!refused.isEmpty()) {
      out.println("not updated, since these are not acceptable: " + String.join("; ", refused));
      return DIFFERENCES;
    }
    changed.write(file);
    out.println("updated: " + file);
    return 0;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
