// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ComparisonTest {
  private static final Outcome OK = new Outcome(Verdict.OK, Verdict.OK);
  private static final CaseId A = CaseId.of("6.4.1");
  private static final CaseId B = CaseId.of("10.1.1");

  @Test
  void sameIsNoDifference() {
    Outcome informational = new Outcome(Verdict.INFORMATIONAL, Verdict.INFORMATIONAL);

    assertThat(
            Comparison.differences(
                Map.of(A, OK, B, informational), Map.of(A, OK, B, informational)))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "OK")
  void otherVerdictIsADifference(Verdict verdict) {
    Map<CaseId, Outcome> expected = Map.of(A, OK);

    assertThat(Comparison.differences(expected, Map.of(A, new Outcome(verdict, Verdict.OK))))
        .containsExactly("6.4.1: " + verdict + ", close OK; expected OK");
    assertThat(Comparison.differences(expected, Map.of(A, new Outcome(Verdict.OK, verdict))))
        .containsExactly("6.4.1: OK, close " + verdict + "; expected OK");
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"OK", "INFORMATIONAL"})
  void badVerdictIsADifferenceEvenIfExpected(Verdict verdict) {
    Map<CaseId, Outcome> behavior = Map.of(A, new Outcome(verdict, Verdict.OK));
    Map<CaseId, Outcome> close = Map.of(A, new Outcome(Verdict.OK, verdict));

    assertThat(Comparison.differences(behavior, behavior))
        .singleElement()
        .asString()
        .contains("never");
    assertThat(Comparison.differences(close, close)).singleElement().asString().contains("never");
  }

  @Test
  void missingCaseIsADifference() {
    assertThat(Comparison.differences(Map.of(A, OK, B, OK), Map.of(A, OK)))
        .containsExactly("10.1.1: missing; expected OK");
  }

  @Test
  void unexpectedCaseIsADifference() {
    assertThat(Comparison.differences(Map.of(A, OK), Map.of(A, OK, B, OK)))
        .containsExactly("10.1.1: OK; not expected at all");
  }

  @Test
  void differencesComeInTheOrderOfTheCases() {
    assertThat(Comparison.differences(Map.of(A, OK, B, OK), Map.of()))
        .extracting(line -> line.substring(0, line.indexOf(':')))
        .containsExactly("6.4.1", "10.1.1");
  }

  @Test
  void nothingToCompareIsRefused() {
    assertThatThrownBy(() -> Comparison.differences(Map.of(), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
