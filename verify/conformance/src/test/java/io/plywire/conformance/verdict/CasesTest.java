// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers of cases, choices of them, and the words of verdicts. */
class CasesTest {
  private static List<CaseId> ids(String... texts) {
    return Stream.of(texts).map(CaseId::of).toList();
  }

  @Test
  void numbersAreOrderedAsNumbers() {
    assertThat(ids("10.1.1", "9.10.1", "9.2", "9.2.1", "1.1.2").stream().sorted())
        .containsExactlyElementsOf(ids("1.1.2", "9.2", "9.2.1", "9.10.1", "10.1.1"));
    assertThat(CaseId.of("6.4.1")).hasToString("6.4.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "1.", ".1", "1.x", "1.1 ", "1..1", "1.99999"})
  void otherTextIsNoNumber(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CaseId.of(text))
        .withMessageContaining("'" + text + "'");
  }

  @Test
  void starStandsForAnything() {
    CasePatterns patterns = CasePatterns.of(" 1.*, 9.1.1 ");

    assertThat(ids("1.1.1", "1.2.8", "9.1.1", "10.1.1", "9.1.10", "11.1").stream())
        .filteredOn(patterns::chooses)
        .containsExactlyElementsOf(ids("1.1.1", "1.2.8", "9.1.1"));
    assertThat(patterns).hasToString("1.*,9.1.1");
    assertThat(CasePatterns.of("*").chooses(CaseId.of("7.13.2"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " , ", "1.*;2.*", "--help"})
  void otherTextIsNoChoice(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> CasePatterns.of(text));
  }

  @Test
  void everyPatternMustChooseSomething() {
    CasePatterns.of("1.*,2.1").requireKnown(ids("1.1.1", "2.1"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CasePatterns.of("1.*,2.2").requireKnown(ids("1.1.1", "2.1")))
        .withMessageContaining("'2.2'");
  }

  @ParameterizedTest
  @EnumSource
  void verdictsAreTheirWords(Verdict verdict) {
    assertThat(Verdict.of(verdict.toString())).isEqualTo(verdict);
  }

  @Test
  void unknownWordIsNoVerdict() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Verdict.of("ok"))
        .withMessageContaining("'ok'");
  }

  @Test
  void theWorseOfTwoVerdictsCounts() {
    assertThat(new Outcome(Verdict.OK, Verdict.UNCLEAN).worse()).isEqualTo(Verdict.UNCLEAN);
    assertThat(new Outcome(Verdict.NON_STRICT, Verdict.OK).worse()).isEqualTo(Verdict.NON_STRICT);
    assertThat(new Outcome(Verdict.NON_STRICT, Verdict.OK).acceptable()).isFalse();
    assertThat(new Outcome(Verdict.OK, Verdict.FAILED_BY_CLIENT).acceptable()).isFalse();
  }
}
