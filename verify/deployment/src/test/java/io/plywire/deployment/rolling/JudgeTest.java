// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What may be and what may not. */
class JudgeTest {
  private static final Duration SPREAD = Duration.ofSeconds(10);
  private static final int TOLD = 100;

  private static List<String> messages(
      int sent, int acknowledged, Map<Integer, Integer> resent, Map<Journal.Sent, Integer> stored) {
    Caller.Account account = new Caller.Account(7, sent, acknowledged, resent);
    return Judge.findings(new Evidence(List.of(account), stored, List.of(), List.of()));
  }

  private static Journal.Sent message(int number) {
    return new Journal.Sent(7, number);
  }

  private static List<Long> times(double firstSeconds, double lastSeconds) {
    return IntStream.range(0, TOLD)
        .mapToObj(i -> (long) ((firstSeconds + (lastSeconds - firstSeconds) * i / TOLD) * 1e9))
        .toList();
  }

  private static List<String> spread(List<Long> ends, long latenessNanos) {
    Restart restart =
        new Restart("a", SPREAD, new Farewell(ends.size(), 1, 0), ends, ends, latenessNanos);
    return Judge.findings(new Evidence(List.of(), Map.of(), List.of(restart), List.of()));
  }

  @Test
  void whatIsNotAcknowledgedMayBeStoredOrNot() {
    assertThat(messages(3, 1, Map.of(), Map.of(message(1), 1, message(2), 1))).isEmpty();
  }

  @Test
  void acknowledgedIsStored() {
    assertThat(messages(2, 2, Map.of(), Map.of(message(1), 1)))
        .containsExactly("1 messages were acknowledged and are not stored");
  }

  @Test
  void onlyWhatWasSentAgainIsStoredTwice() {
    Map<Journal.Sent, Integer> stored = Map.of(message(1), 2, message(2), 2);
    assertThat(messages(2, 2, Map.of(1, 1, 2, 1), stored)).isEmpty();
    assertThat(messages(2, 2, Map.of(2, 1), stored))
        .containsExactly("1 messages are stored more often than they were sent");
  }

  @Test
  void nobodyElseHasSent() {
    assertThat(messages(1, 1, Map.of(), Map.of(message(1), 1, message(2), 1)))
        .containsExactly("1 messages are stored that nobody sent");
  }

  @Test
  void goodbyesInTheirTurnAndALittleLater() {
    assertThat(spread(times(0, 10), 0)).isEmpty();
    assertThat(spread(times(1.5, 11.5), 0)).isEmpty();
  }

  @Test
  void goodbyesBeforeTheirTurn() {
    assertThat(spread(times(0, 5), 0))
        .singleElement()
        .asString()
        .contains("came before their turn");
  }

  @Test
  void goodbyesAfterTheirTurnUnlessTheMachineWasLate() {
    List<Long> late = LongStream.range(0, TOLD).mapToObj(i -> 9_900_000_000L + i).toList();
    assertThat(spread(late, 0)).singleElement().asString().contains("after its turn");
    assertThat(spread(late, 3_000_000_000L)).isEmpty();
  }

  @Test
  void whoWasCutOffOrCountedOtherwise() {
    Restart restart = new Restart("a", SPREAD, new Farewell(1, 0, 1), List.of(), List.of(5L), 0);
    assertThat(Judge.findings(new Evidence(List.of(), Map.of(), List.of(restart), List.of())))
        .hasSize(3);
    Restart silent = new Restart("a", SPREAD, null, List.of(), List.of(), 0);
    assertThat(Judge.findings(new Evidence(List.of(), Map.of(), List.of(silent), List.of())))
        .hasSize(1);
  }
}
