// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryTransport;
import io.plywire.nio.NioTransport;
import io.plywire.tck.Condition;
import io.plywire.tck.Condition.Dimension;
import io.plywire.tck.Repository;
import io.plywire.tck.Rule;
import io.plywire.tck.TckEnvironment;
import io.plywire.tck.TckReport;
import io.plywire.tck.TckRun;
import io.plywire.tck.TckSubject;
import io.plywire.tck.TransportSubject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The table of rules and conditions at the end of {@code SPEC.md} is what the kit does: every cell
 * that it claims is met in a run, and every other has a reason.
 */
class ConditionsTest {
  private static final String BEGIN = "<!-- conditions: written by ConditionsTest -->\n";
  private static final String END = "<!-- end of conditions -->\n";
  private static final int RUNS = 4;
  private static final String MET = "●";

  private static final String HEAD =
      """

      ## Rules and conditions

      Under which conditions each rule is looked at: by the checks of its own, and in every operation where it says
      "every check". A dot is a condition that was met when the table was written, over transports with and without
      sockets and over a layer, and a test meets it again in every build; a letter is the reason why not.

      - ready, waited: what was asked for was there, or the operation had to wait for it (an empty or a full window).
      - heap, direct, read-only, slices: the buffers; slices are also several buffers, and bytes between others.
      - first, beside, after: the first operation of its direction, one while one of the other direction waits, a later one.
      - inline, posted, foreign: initiated on the executor and ended within the call, ended later, initiated elsewhere.
      - close, teardown, reset, eof, failure: how the stream ended.
      - one, many: how many streams of the check lived on the executor.

      """;

  private static final TckEnvironment LITTLE =
      new TckEnvironment(Duration.ofSeconds(10), 20, 64 << 10, 20, 1);

  private static Path specification() {
    return Repository.root().resolve("tck/SPEC.md");
  }

  /** Runs the kit over transports with and without sockets, and over a layer. */
  private static Map<String, Set<Condition>> met() {
    List<TckSubject> subjects = new ArrayList<>();
    subjects.addAll(TransportSubject.ofEachScheme(new InMemoryTransport()));
    subjects.addAll(TransportSubject.ofEachScheme(new NioTransport()).subList(0, 1));
    subjects.add(Subjects.pipe("the pipe, which can reset", stream -> stream));
    subjects.add(OddTransportsTest.terminalOnly());
    subjects.add(BrokenLayers.sealed(Set.of()));
    Map<String, Set<Condition>> met = new TreeMap<>();
    for (TckSubject subject : subjects) {
      TckReport report = TckRun.of(subject).environment(LITTLE).run();
      assertThat(report.isOk()).as(report.text()).isTrue();
      report
          .conditions()
          .forEach(
              (rule, conditions) ->
                  met.computeIfAbsent(rule, r -> EnumSet.noneOf(Condition.class))
                      .addAll(conditions));
    }
    return met;
  }

  private static String table(Map<String, Set<Condition>> met) {
    StringBuilder text = new StringBuilder(BEGIN);
    text.append("| Rule |");
    for (Condition each : Condition.values()) {
      text.append(' ').append(each.label()).append(" |");
    }
    text.append("\n|---|").append(":-:|".repeat(Condition.values().length)).append('\n');
    for (Rule rule : Rule.all()) {
      Set<Condition> here = met.getOrDefault(rule.id(), Set.of());
      text.append("| ").append(rule.id()).append(" |");
      for (Condition each : Condition.values()) {
        Character letter = Holes.letter(rule, each, here);
        String cell = here.contains(each) ? MET : letter == null ? "?" : letter.toString();
        text.append(' ').append(cell).append(" |");
      }
      text.append('\n');
    }
    text.append('\n');
    Holes.REASONS.forEach(
        reason ->
            text.append(String.format(Locale.ROOT, "- %s: %s%n", reason.letter(), reason.text())));
    return text.append(END).toString();
  }

  private static String written() throws IOException {
    String all = Files.readString(specification());
    int begin = all.indexOf(BEGIN);
    return begin < 0 ? "" : all.substring(begin, all.indexOf(END) + END.length());
  }

  /** Returns what a written table claims. */
  private static Map<String, Set<Condition>> claims(String table) {
    Map<String, Set<Condition>> claims = new TreeMap<>();
    table
        .lines()
        .filter(line -> line.matches("\\| [A-Z]\\d+\\.\\d+ .*"))
        .forEach(
            line -> {
              String[] cells = line.split("\\|");
              Set<Condition> row = EnumSet.noneOf(Condition.class);
              int cell = 2;
              for (Condition each : Condition.values()) {
                if (cells[cell++].strip().equals(MET)) {
                  row.add(each);
                }
              }
              claims.put(cells[1].strip(), row);
            });
    return claims;
  }

  @Test
  void everyCellIsMetOrHasAReason() throws IOException {
    Map<String, Set<Condition>> met = met();
    for (int i = 1; i < RUNS && Boolean.getBoolean("tck.docs.update"); i++) {
      Map<String, Set<Condition>> again = met(); // what is met by chance shall not be claimed
      met.forEach((rule, conditions) -> conditions.retainAll(again.getOrDefault(rule, Set.of())));
    }
    if (Boolean.getBoolean("tck.docs.update")) {
      String all = Files.readString(specification());
      String before = written();
      Files.writeString(
          specification(),
          before.isEmpty() ? all + HEAD + table(met) : all.replace(before, table(met)));
    }
    String table = written();
    Map<String, Set<Condition>> claims = claims(table);
    assertThat(claims.keySet())
        .as(
            "the table in SPEC.md; write it with: mvn -pl verify/kit -am test -Dtest=ConditionsTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dtck.docs.update=true")
        .containsExactlyInAnyOrderElementsOf(Rule.all().stream().map(Rule::id).toList());
    assertThat(table).as("holes without a reason").doesNotContain("?");
    for (int i = 1; i < RUNS && !isKept(claims, met); i++) { // where a race had to be won
      met().forEach((rule, conditions) -> met.merge(rule, conditions, ConditionsTest::both));
    }
    for (Map.Entry<String, Set<Condition>> claim : claims.entrySet()) {
      assertThat(met.getOrDefault(claim.getKey(), Set.of()))
          .as("conditions under which %s was looked at", claim.getKey())
          .containsAll(claim.getValue());
    }
  }

  private static boolean isKept(
      Map<String, Set<Condition>> claims, Map<String, Set<Condition>> met) {
    return claims.entrySet().stream()
        .allMatch(
            claim -> met.getOrDefault(claim.getKey(), Set.of()).containsAll(claim.getValue()));
  }

  private static Set<Condition> both(Set<Condition> some, Set<Condition> more) {
    some.addAll(more);
    return some;
  }

  @Test
  void everyConditionBelongsToOneDimension() {
    assertThat(
            Arrays.stream(Dimension.values())
                .flatMap(dimension -> dimension.conditions().stream())
                .collect(Collectors.toList()))
        .containsExactly(Condition.values());
  }
}
