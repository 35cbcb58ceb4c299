// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.flight;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Failures of all kinds are staged while the Flight Recorder records, and then told apart by
 * nothing but its file: who it was, when, and why.
 */
@Timeout(300)
class FlightRecordingTest {
  @TempDir private static Path folder;
  private static Map<String, List<RecordedEvent>> chapters;

  @BeforeAll
  static void stageAll() throws Exception {
    try (FlightLog log = new FlightLog()) {
      for (StagedFailure failure : StagedFailure.values()) {
        log.chapter(failure.name());
        try {
          failure.staging.run();
        } catch (Exception | AssertionError e) {
          throw new AssertionError("the staging of " + failure, e);
        }
      }
      log.chapter("the end");
      chapters = FlightLog.read(log.dump(folder));
    }
  }

  private static List<RecordedEvent> events(StagedFailure failure) {
    return chapters.get(failure.name());
  }

  /** Finds the event that the table has, by all the values that are to stand in it. */
  private static RecordedEvent told(StagedFailure failure) {
    List<String> wanted = List.of(failure.event.split(" "));
    return events(failure).stream()
        .filter(event -> values(event).containsAll(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "no '"
                        + failure.event
                        + "' in "
                        + events(failure).stream().map(FlightRecordingTest::values).toList()));
  }

  static List<String> values(RecordedEvent event) {
    List<String> values = new ArrayList<>();
    values.add(Diagnosis.name(event));
    for (String field : List.of("role", "error", "condition", "status", "code", "transport")) {
      if (event.hasField(field) && event.getValue(field) != null) {
        values.add(event.getValue(field).toString());
      }
    }
    if (Diagnosis.name(event).equals("Close")) {
      values.add("by=" + event.getString("initiator"));
      values.add("sent=" + code(event.getString("sent")));
      values.add("received=" + code(event.getString("received")));
    }
    return values;
  }

  private static String code(String reason) {
    return reason == null ? null : reason.split(" ")[0];
  }

  @ParameterizedTest
  @EnumSource
  void eachIsToldAsWhatItIs(StagedFailure failure) {
    RecordedEvent event = told(failure);
    if (!failure.words.isEmpty()) {
      assertThat(event.getString("message")).contains(failure.words);
    }
    assertThat(Diagnosis.of(events(failure))).isEqualTo(failure.verdict);
  }

  @Test
  void noTwoLookAlike() {
    Map<List<String>, StagedFailure> seen = new HashMap<>();
    for (StagedFailure failure : StagedFailure.values()) {
      List<String> print = events(failure).stream().map(Diagnosis::fingerprint).toList();
      assertThat(print).as("%s", failure).isNotEmpty();
      assertThat(seen.put(print, failure)).as("like %s: %s", failure, print).isNull();
    }
    assertThat(seen).hasSizeGreaterThan(30);
  }

  @Test
  void noTwoVerdictsButThoseOfTheSameKindAreTheSame() {
    Set<String> verdicts = new TreeSet<>();
    Set<StagedFailure> twins = new TreeSet<>();
    for (StagedFailure failure : StagedFailure.values()) {
      if (!verdicts.add(failure.verdict)) {
        twins.add(failure);
      }
    }
    // In words or in silence; by what was called, which the message says.
    assertThat(twins)
        .containsExactly(
            StagedFailure.SERVER_IS_FULL_IN_SILENCE,
            StagedFailure.ADDRESS_HAS_ENOUGH_IN_SILENCE,
            StagedFailure.HANDLER_THROWS);
  }

  @ParameterizedTest
  @EnumSource
  void whoItWasIsSaid(StagedFailure failure) {
    Set<Integer> connections = new TreeSet<>();
    for (RecordedEvent event : events(failure)) {
      switch (Diagnosis.name(event)) {
        case "Connect" -> assertThat(event.getString("endpoint")).matches("wss?://.+:\\d+/.*");
        case "AcceptFailed" -> assertThat(event.getString("remote")).contains("/127.0.0.1:");
        case "LayerHandshake" -> ofSockets(event);
        default -> {
          assertThat(event.getString("role")).isNotNull();
          connections.add(event.getInt("connection"));
          if (!event.getThread().getJavaName().equals(Thread.currentThread().getName())) {
            ofSockets(event);
          }
        }
      }
    }
    // A server that has one connection too many has had another one before.
    assertThat(connections).hasSizeLessThanOrEqualTo(failure.verdict.contains("enough") ? 2 : 1);
  }

  private static void ofSockets(RecordedEvent event) {
    assertThat(event.getString("local")).startsWith("/127.0.0.1:");
    assertThat(event.getString("remote")).startsWith("/127.0.0.1:");
  }

  @Test
  void howLongItTookIsByTheClockOfTheConnection() {
    assertThat(told(StagedFailure.SILENT_CLIENT).getDuration("took")).isEqualTo(seconds(1));
    assertThat(told(StagedFailure.NO_PONG).getDuration("lived")).isEqualTo(seconds(2));
    assertThat(told(StagedFailure.STALL_THAT_ENDS).getDuration("took")).isEqualTo(seconds(1));
    assertThat(told(StagedFailure.SILENT_ADDRESS).getDuration("took")).isEqualTo(seconds(30));
  }

  private static Duration seconds(int n) {
    return Duration.ofSeconds(n);
  }

  @Test
  void whatIsReadOfADroppedMessageIsItsLength() {
    assertThat(told(StagedFailure.QUEUE_DROPS).getLong("bytes")).isEqualTo(2);
  }

  /** Queries hold tokens; what was said in messages is nobody's business. */
  @Test
  void noSecretsStandInTheFile() {
    List<String> all =
        chapters.values().stream().flatMap(List::stream).map(RecordedEvent::toString).toList();
    assertThat(all).anyMatch(event -> event.contains("/orders"));
    assertThat(all).noneMatch(event -> event.contains("secret"));
    assertThat(all).noneMatch(event -> event.contains("prices") || event.contains("in the clear"));
  }
}
