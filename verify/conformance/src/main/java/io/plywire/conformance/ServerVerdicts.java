// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance;

import io.plywire.conformance.suite.Installation;
import io.plywire.conformance.suite.SuiteProcess;
import io.plywire.conformance.verdict.CaseId;
import io.plywire.conformance.verdict.CasePatterns;
import io.plywire.conformance.verdict.Comparison;
import io.plywire.conformance.verdict.Expectation;
import io.plywire.conformance.verdict.Outcome;
import io.plywire.conformance.verdict.SuiteReport;
import io.plywire.stream.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What the suite says of a server that somebody else runs, and that echoes.
 *
 * @param name of the server
 * @param cases how many were run
 * @param differences what is not as it is with plywire's own server, a sentence for each case
 */
public record ServerVerdicts(String name, int cases, List<String> differences) {
  /**
   * Lets the suite's client visit servers, one after the other.
   *
   * @param servers names of the servers, without commas and equals signs, and their {@code ws://}
   *     URLs
   * @param cases patterns of cases, such as {@code 1.*,9.1.1}; all for a star
   * @param reports a folder for the reports
   * @param limit how long that may take
   * @return the verdicts in the same order
   * @throws IOException if it did not come to its end
   */
  public static List<ServerVerdicts> of(
      Map<String, String> servers, String cases, Path reports, Duration limit)
      throws IOException, InterruptedException {
    Installation installation = Installation.find();
    CasePatterns chosen = CasePatterns.of(cases);
    Map<CaseId, Outcome> expected =
        Expectation.read(installation.module().resolve("expected-results.json"))
            .of(Role.SERVER, chosen);
    RoleRun.empty(reports);
    SuiteProcess.Order order =
        new SuiteProcess.Order(reports, "none", chosen.toString(), RoleRun.PATIENCE);
    List<String> where = new ArrayList<>();
    servers.forEach((name, url) -> where.add(name + "=" + url));
    try (SuiteProcess suite =
        SuiteProcess.start(
            installation,
            SuiteProcess.Part.CLIENT,
            String.join(",", where),
            order,
            new Progress("servers"))) {
      suite.awaitReports(limit);
    }
    List<ServerVerdicts> verdicts = new ArrayList<>();
    for (String name : servers.keySet()) {
      SortedMap<CaseId, Outcome> outcomes = SuiteReport.read(reports, name);
      List<String> differences = Comparison.differences(expected, outcomes);
      verdicts.add(new ServerVerdicts(name, outcomes.size(), differences));
    }
    return verdicts;
  }
}
