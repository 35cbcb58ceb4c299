// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.stream.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The committed file, the report of the suite, and what neither may be. */
class ExpectationTest {
  private static final Path COMMITTED = Path.of("expected-results.json");
  private static final Outcome OK = new Outcome(Verdict.OK, Verdict.OK);

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("expected.json");
  }

  private Expectation read(String text) throws IOException {
    Files.writeString(file, text);
    return Expectation.read(file);
  }

  @ParameterizedTest
  @EnumSource
  void committedFileExpectsAllCasesToBeAcceptable(Role role) throws Exception {
    Map<CaseId, Outcome> expected = Expectation.read(COMMITTED).of(role);

    assertThat(expected).hasSize(301);
    assertThat(expected.values()).allMatch(Outcome::acceptable);
    assertThat(expected.entrySet())
        .filteredOn(entry -> !entry.getValue().equals(OK))
        .extracting(entry -> entry.getKey().toString())
        .containsExactly("7.1.6", "7.13.1", "7.13.2");
  }

  @Test
  void writingWhatWasReadChangesNothing() throws Exception {
    Expectation.read(COMMITTED).write(file);

    assertThat(file).hasSameTextualContentAs(COMMITTED);
  }

  @Test
  void runReplacesTheCasesItWasToRun() throws Exception {
    CaseId gone = CaseId.of("1.1.1");
    CaseId added = CaseId.of("12.1.1");
    CasePatterns cases = CasePatterns.of("1.1.1,12.*");
    Expectation before = Expectation.read(COMMITTED);

    Expectation after = before.with(Role.CLIENT, cases, Map.of(added, OK));

    assertThat(after.of(Role.CLIENT)).hasSize(301).containsEntry(added, OK).doesNotContainKey(gone);
    assertThat(after.of(Role.SERVER)).isEqualTo(before.of(Role.SERVER));
    assertThat(after.of(Role.CLIENT, cases)).containsOnlyKeys(added);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}",
        "{\"client\": {}, \"server\": {}}",
        "{\"client\": {\"1.1\": {\"behavior\": \"OK\", \"behaviorClose\": \"OK\"}}}",
        "{\"client\": []}",
        "{\"client\": {\"1.1\": \"OK\"}}",
        "{\"client\": {\"1.1\": {\"behavior\": \"OK\"}}}",
        "{\"client\": {\"1.1\": {\"behavior\": \"FINE\", \"behaviorClose\": \"OK\"}}}",
        "{\"client\": {\"one\": {\"behavior\": \"OK\", \"behaviorClose\": \"OK\"}}}",
      })
  void otherTextIsNoExpectation(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void reportOfTheSuiteIsRead() throws Exception {
    Files.writeString(
        folder.resolve("index.json"),
        """
        {"plywire": {
           "6.4.1": {"behavior": "NON-STRICT", "behaviorClose": "WRONG CODE", "duration": 2,
                     "remoteCloseCode": null, "reportfile": "plywire_case_6_4_1.json"},
           "1.1.1": {"behavior": "OK", "behaviorClose": "FAILED BY CLIENT", "remoteCloseCode": 1000}
        }}
        """);

    assertThat(SuiteReport.read(folder, "plywire"))
        .containsExactly(
            Map.entry(CaseId.of("1.1.1"), new Outcome(Verdict.OK, Verdict.FAILED_BY_CLIENT)),
            Map.entry(CaseId.of("6.4.1"), new Outcome(Verdict.NON_STRICT, Verdict.WRONG_CODE)));
    assertThat(SuiteReport.read(folder, "another")).isEmpty();
  }

  @Test
  void missingReportIsTold() {
    assertThatThrownBy(() -> SuiteReport.read(folder, "plywire"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("index.json");
  }
}
