// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.verdict;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;

/** The report that the suite writes when a run is over. */
public final class SuiteReport {
  private SuiteReport() {}

  /**
   * Returns how the cases of an agent went.
   *
   * @param directory what the suite was told to write into
   * @param agent the name it was told for what it tests
   * @return the outcomes; none if no case of the agent was run
   * @throws IOException if there is no report, or not in the known form
   */
  public static SortedMap<CaseId, Outcome> read(Path directory, String agent) throws IOException {
    Path index = directory.resolve("index.json");
    if (!Files.exists(index)) {
      throw new IOException("the suite wrote no report: there is no " + index);
    }
    return Outcomes.member(index, Outcomes.parse(index), agent);
  }
}
