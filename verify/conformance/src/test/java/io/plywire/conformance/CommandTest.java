// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.conformance.suite.FakeSuite;
import io.plywire.conformance.suite.Installation;
import io.plywire.conformance.suite.SuiteException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command with a suite that reports what a test wants: every way to fail makes it fail. */
@Timeout(120)
class CommandTest {
  private static final String EXPECTED =
      """
      {
        "client": {
          "1.1": {"behavior": "OK", "behaviorClose": "OK"}
        },
        "server": {
          "1.1": {"behavior": "OK", "behaviorClose": "OK"},
          "1.2": {"behavior": "INFORMATIONAL", "behaviorClose": "INFORMATIONAL"}
        }
      }
      """;
  private static final String GOOD_1 = "\"1.1\": {\"behavior\": \"OK\", \"behaviorClose\": \"OK\"}";
  private static final String GOOD_2 =
      "\"1.2\": {\"behavior\": \"INFORMATIONAL\", \"behaviorClose\": \"INFORMATIONAL\"}";

  @TempDir Path module;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path expected;

  @BeforeEach
  void expect() throws IOException {
    expected = Files.writeString(module.resolve("expected-results.json"), EXPECTED);
  }

  private int run(ConformanceCommand.Finder finder, String... args) {
    CommandLine line = Main.commandLine(finder);
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(args);
  }

  /** Runs the command as the server, with a suite that reports these outcomes. */
  private int report(List<String> outcomes, String... options) throws IOException {
    Installation suite =
        FakeSuite.install(
            module,
            "say @cases " + outcomes.size(),
            "report {\"plywire\": {" + String.join(",", outcomes) + "}}",
            "say @done");
    String[] args =
        Stream.concat(Stream.of("--role", "server"), Stream.of(options)).toArray(String[]::new);
    return run(() -> suite, args);
  }

  @Test
  void allAsExpectedIsSuccess() throws Exception {
    assertThat(report(List.of(GOOD_1, GOOD_2))).as(err.toString()).isZero();
    assertThat(out.toString().lines())
        .contains("role     cases  OK  INFORMATIONAL  differences  seconds")
        .anyMatch(line -> line.matches("server +2 +1 +1 +0 +\\d+"))
        .anyMatch(line -> line.startsWith("report: ") && line.endsWith("index.html"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INFORMATIONAL",
        "NON-STRICT",
        "FAILED",
        "UNIMPLEMENTED",
        "WRONG CODE",
        "UNCLEAN",
        "FAILED BY CLIENT"
      })
  void otherVerdictIsFailure(String verdict) throws Exception {
    String other = GOOD_1.replaceFirst("OK", verdict);

    assertThat(report(List.of(other, GOOD_2))).isEqualTo(ConformanceCommand.DIFFERENCES);
    assertThat(out.toString().lines())
        .contains("server 1.1: " + verdict + ", close OK; expected OK");
  }

  @Test
  void missingCaseIsFailure() throws Exception {
    assertThat(report(List.of(GOOD_1))).isEqualTo(ConformanceCommand.DIFFERENCES);
    assertThat(out.toString()).contains("server 1.2: missing");
  }

  @Test
  void unexpectedCaseIsFailure() throws Exception {
    assertThat(report(List.of(GOOD_1, GOOD_2, GOOD_1.replace("1.1", "1.3"))))
        .isEqualTo(ConformanceCommand.DIFFERENCES);
    assertThat(out.toString()).contains("server 1.3: OK; not expected at all");
  }

  @Test
  void badVerdictIsFailureEvenIfExpected() throws Exception {
    Files.writeString(expected, EXPECTED.replace("INFORMATIONAL", "NON-STRICT"));

    assertThat(report(List.of(GOOD_1, GOOD_2.replace("INFORMATIONAL", "NON-STRICT"))))
        .isEqualTo(ConformanceCommand.DIFFERENCES);
    assertThat(out.toString())
        .contains("server 1.2: NON-STRICT; expected so, but never acceptable");
  }

  @Test
  void reportOfNothingIsFailure() throws Exception {
    Installation suite = FakeSuite.install(module, "say @cases 1", "report {}", "say @done");

    assertThat(run(() -> suite, "--role", "server")).isEqualTo(ConformanceCommand.DIFFERENCES);
    assertThat(out.toString()).contains("server 1.1: missing", "server 1.2: missing");
  }

  @Test
  void onlyChosenCasesAreExpected() throws Exception {
    assertThat(report(List.of(GOOD_1), "--cases", "1.1")).as(out.toString()).isZero();
  }

  @Test
  void suiteThatEndsEarlyIsTold() throws Exception {
    Installation suite = FakeSuite.install(module, "say @cases 2", "say KeyError: 1.2");

    assertThat(run(() -> suite, "--role", "server")).isEqualTo(ConformanceCommand.BROKEN);
    assertThat(err.toString()).contains("KeyError: 1.2").doesNotContain("\tat ");
  }

  @Test
  void suiteThatWritesNoReportIsTold() throws Exception {
    Installation suite = FakeSuite.install(module, "say @cases 2", "say @done");

    assertThat(run(() -> suite, "--role", "server")).isEqualTo(ConformanceCommand.BROKEN);
    assertThat(err.toString()).contains("index.json");
  }

  @Test
  void bothFailuresAreTold() throws Exception {
    Installation suite = FakeSuite.install(module, "say no Python here");

    assertThat(run(() -> suite)).isEqualTo(ConformanceCommand.BROKEN);
    assertThat(err.toString()).contains("server", "client", "no Python here");
  }

  @Test
  void missingJarIsTold() {
    ConformanceCommand.Finder nothing =
        () -> {
          throw new SuiteException("jython.jar is missing");
        };

    assertThat(run(nothing)).isEqualTo(ConformanceCommand.BROKEN);
    assertThat(err.toString()).contains("jython.jar is missing");
  }

  @Test
  void missingExpectationIsTold() throws Exception {
    assertThat(report(List.of(GOOD_1), "--expected", module.resolve("nowhere").toString()))
        .isEqualTo(ConformanceCommand.BROKEN);
    assertThat(err.toString()).contains("nowhere");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--role=both",
        "--cases=7.*",
        "--cases=1.1,1.9",
        "--cases=",
        "--patience=0",
        "--limit=0",
        "--wrong"
      })
  void wrongUsageIsTold(String option) throws Exception {
    assertThat(report(List.of(GOOD_1, GOOD_2), option)).isEqualTo(ConformanceCommand.USAGE);
    assertThat(err.toString()).contains(option.replaceFirst("=.*", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--tls", "--deflate", "--update", "--role=client"})
  void choicesOfAServerThatRunsAlreadyAreNotMadeHere(String option) throws Exception {
    int status =
        run(
            () -> {
              throw new AssertionError("not needed");
            },
            "--url=ws://127.0.0.1:9/",
            option);

    assertThat(status).isEqualTo(ConformanceCommand.USAGE);
    assertThat(err.toString()).contains("--url");
  }

  @Test
  void serverThatRunsAlreadyIsComparedWithOurs() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "--url=ws://127.0.0.1:" + server.getLocalPort() + "/";
      assertThat(report(List.of(GOOD_1, GOOD_2), url)).isZero();
    }
    assertThat(out.toString()).contains("server").doesNotContain("client");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1/", "wss://127.0.0.1/", "127.0.0.1", "ws:/"})
  void urlOfNoWebSocketIsWrongUsage(String url) throws Exception {
    assertThat(report(List.of(GOOD_1), "--url=" + url)).isEqualTo(ConformanceCommand.USAGE);
    assertThat(err.toString()).contains("--url");
  }

  @Test
  void serverThatIsNotThereIsSaidSo() throws Exception {
    String url;
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      url = "ws://127.0.0.1:" + gone.getLocalPort() + "/";
    }
    assertThat(report(List.of(GOOD_1), "--url=" + url)).isEqualTo(ConformanceCommand.BROKEN);
    assertThat(err.toString()).contains("nobody answers at " + url);
  }

  @Test
  void updateWritesWhatTheRunBrought() throws Exception {
    String added = GOOD_1.replace("1.1", "1.3");

    assertThat(report(List.of(GOOD_1, GOOD_2, added), "--update")).isZero();
    assertThat(report(List.of(GOOD_1, GOOD_2, added))).isZero();
    assertThat(expected)
        .content()
        .isEqualTo(EXPECTED.replace("INFORMATIONAL\"}", "INFORMATIONAL\"},\n    " + added));
  }

  @Test
  void updateRefusesBadVerdicts() throws Exception {
    String bad = GOOD_1.replaceFirst("OK", "NON-STRICT");

    assertThat(report(List.of(bad, GOOD_2), "--update")).isEqualTo(ConformanceCommand.DIFFERENCES);
    assertThat(out.toString()).contains("not updated", "server 1.1: NON-STRICT, close OK");
    assertThat(expected).hasContent(EXPECTED);
  }
}
