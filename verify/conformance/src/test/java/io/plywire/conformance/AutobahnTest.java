// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.conformance.suite.Installation;
import io.plywire.conformance.verdict.CaseId;
import io.plywire.conformance.verdict.CasePatterns;
import io.plywire.conformance.verdict.Expectation;
import io.plywire.stream.Role;
import io.plywire.websocket.WebSocketOptions;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The suite against plywire, in both roles at the same time. What {@code verify/conformance/run}
 * prints is printed here too, and the reports are in the same folder. Where two JDKs run all tests,
 * {@code -Dplywire.autobahn.third=number} lets one take a third of the cases, and another third
 * over TLS; three numbers in a row cover every case.
 */
class AutobahnTest {
  /** What the build runs; the command can run less. */
  private static final CasePatterns CASES = CasePatterns.of("*");

  private static final Duration LIMIT = Duration.ofMinutes(20);

  /** What the build runs over TLS: all sections but the 9th, which is about long messages. */
  private static final CasePatterns CASES_OVER_TLS =
      CasePatterns.of("1.*,2.*,3.*,4.*,5.*,6.*,7.*,10.*");

  private static final Integer THIRD = Integer.getInteger("plywire.autobahn.third");

  /** Returns the cases that are expected, {@code count} of them, or a third of those. */
  private static CasePatterns chosen(CasePatterns cases, int count, int offset) throws Exception {
    Expectation expectation =
        Expectation.read(Installation.find().module().resolve("expected-results.json"));
    List<CaseId> all = List.copyOf(expectation.of(Role.SERVER, cases).keySet());
    assertThat(all).hasSize(count);
    assertThat(expectation.of(Role.CLIENT, cases)).containsOnlyKeys(all);
    return THIRD == null
        ? cases
        : CasePatterns.of(
            IntStream.range(0, count)
                .filter(i -> i % 3 == Math.floorMod(THIRD + offset, 3))
                .mapToObj(i -> all.get(i).toString())
                .collect(Collectors.joining(",")));
  }

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

  /** Runs the cases, or a third of them; one that is missing is a difference. */
  private static void assertAsExpected(
      CasePatterns cases, int count, int offset, String reports, boolean tls) throws Exception {
    CasePatterns chosen = chosen(cases, count, offset);
    for (RoleResult result : run(chosen, WebSocketOptions.defaults(), reports, tls)) {
      assertThat(result.differences()).as("role %s", result.role()).isEmpty();
    }
  }

  @Test
  void everyCaseIsAsExpectedInBothRoles() throws Exception {
    assertAsExpected(CASES, 301, 0, "reports", false);
  }

  @Test
  void everyCaseOfMostSectionsIsAsExpectedOverTls() throws Exception {
    assertAsExpected(CASES_OVER_TLS, 247, 1, "reports-over-tls", true);
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
