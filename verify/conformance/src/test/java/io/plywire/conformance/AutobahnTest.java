// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.conformance.suite.Installation;
import io.plywire.conformance.verdict.CasePatterns;
import io.plywire.conformance.verdict.Expectation;
import io.plywire.stream.Role;
import io.plywire.websocket.WebSocketOptions;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The suite against plywire, in both roles at the same time. What {@code verify/conformance/run}
 * prints is printed here too, and the reports are in the same folder.
 */
class AutobahnTest {
  /** What the build runs; the command can run less. */
  private static final CasePatterns CASES = CasePatterns.of("*");

  private static final Duration LIMIT = Duration.ofMinutes(20);

  /** What the build runs over TLS: all sections but the 9th, which is about long messages. */
  private static final CasePatterns CASES_OVER_TLS =
      CasePatterns.of("1.*,2.*,3.*,4.*,5.*,6.*,7.*,10.*");

  private static List<RoleResult> run(CasePatterns cases, WebSocketOptions options, String reports)
      throws Exception {
    return run(cases, options, reports, false);
  }

  private static List<RoleResult> run(
      CasePatterns cases, WebSocketOptions options, String reports, boolean tls) throws Exception {
    Installation installation = Installation.find();
    Path module = installation.module();
    RoleRun.Settings settings =
        new RoleRun.Settings(
            module.resolve("target").resolve(reports), RoleRun.PATIENCE, LIMIT, tls, null);
    List<RoleRun> runs =
        Stream.of(Role.SERVER, Role.CLIENT)
            .map(role -> new RoleRun(installation, role, cases, options, settings))
            .toList();
    PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
    try (Ticker ticker =
        new Ticker(out, runs.stream().map(RoleRun::progress).toList(), Duration.ofSeconds(15))) {
      assertThat(ticker).isNotNull();
      List<RoleResult> results =
          Runs.all(runs, cases, Expectation.read(module.resolve("expected-results.json")));
      Summary.lines(results).forEach(out::println);
      return results;
    }
  }

  @Test
  void everyCaseIsAsExpectedInBothRoles() throws Exception {
    for (RoleResult result : run(CASES, WebSocketOptions.defaults(), "reports")) {
      assertThat(result.differences()).as("role %s", result.role()).isEmpty();
      assertThat(result.outcomes()).as("role %s", result.role()).hasSize(301);
    }
  }

  @Test
  void everyCaseOfMostSectionsIsAsExpectedOverTls() throws Exception {
    for (RoleResult result :
        run(CASES_OVER_TLS, WebSocketOptions.defaults(), "reports-over-tls", true)) {
      assertThat(result.differences()).as("role %s", result.role()).isEmpty();
      assertThat(result.outcomes()).as("role %s", result.role()).hasSize(247);
    }
  }

  /** The suite and all that reads its verdicts: a peer that breaks the rules must be found out. */
  @Test
  void peerThatRefusesLongMessagesIsFoundOut() throws Exception {
    CasePatterns cases = CasePatterns.of("1.1.3,1.1.6");

    for (RoleResult result :
        run(cases, WebSocketOptions.defaults().withReadMessageMax(1000), "reports-of-a-bad-peer")) {
      assertThat(result.differences())
          .as("role %s", result.role())
          .singleElement()
          .asString()
          .startsWith("1.1.6: FAILED")
          .endsWith("expected OK");
    }
  }
}
