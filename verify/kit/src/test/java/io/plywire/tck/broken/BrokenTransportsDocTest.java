// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.tck.Repository;
import io.plywire.tck.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The table of broken transports in the documents is the tested one. Run it with {@code
 * -Dtck.docs.update=true} to write the table anew.
 */
class BrokenTransportsDocTest {
  private static final String HEAD =
      """
      # Broken transports and the rules that catch them

      Each of these transports has one defect. A test runs the whole kit against each and demands that the rule beside it
      is violated, and no other; transports that are odd and correct (one byte at a time, slow, never immediate, a thread
      for each stream) must pass. This page is written by the test `BrokenTransportsDocTest`.

      """;

  /** Rules that cannot be broken on purpose and alone, and why. */
  private static final Map<String, String> UNBREAKABLE =
      Map.of(
          "N9.2",
          "Whether a missing happens-before shows is up to the processor and the compiler, so there is no transport that"
              + " fails every time. The check looks thousands of times.",
          "C1.5",
          "A WebSocket detaches from a read that its user cancels and asks nothing of the transport, so no transport can"
              + " be wrong in this and right in all else. What it could do wrong is caught by C1.1 in the same check.");

  private static Path document() {
    return Repository.root().resolve("docs/broken-transports.md");
  }

  private static String table() {
    List<String> order = Rule.all().stream().map(Rule::id).toList();
    List<Broken> broken =
        BrokenTransports.all().stream()
            .sorted(
                Comparator.comparingInt((Broken each) -> order.indexOf(each.rule()))
                    .thenComparing(Broken::defect))
            .toList();
    Set<String> caught =
        broken.stream().map(Broken::rule).collect(Collectors.toCollection(LinkedHashSet::new));
    StringBuilder text = new StringBuilder(HEAD);
    text.append(
        "%d transports, %d of %d rules.%n%n".formatted(broken.size(), caught.size(), order.size()));
    text.append("| Rule | | Defect |\n|---|---|---|\n");
    for (Broken each : broken) {
      Rule rule = Rule.of(each.rule());
      text.append(
          "| [%s](../tck/SPEC.md) | %s | %s |%n".formatted(rule.id(), rule.force(), each.defect()));
    }
    text.append("\n## Rules without one\n");
    order.stream()
        .filter(UNBREAKABLE::containsKey)
        .forEach(
            id -> text.append("\n- [%s](../tck/SPEC.md): %s\n".formatted(id, UNBREAKABLE.get(id))));
    return text.toString();
  }

  @Test
  void everyRuleIsBrokenOnceOrThereIsAReason() {
    Set<String> broken =
        BrokenTransports.all().stream().map(Broken::rule).collect(Collectors.toSet());
    assertThat(broken).doesNotContainAnyElementsOf(UNBREAKABLE.keySet());
    broken.addAll(UNBREAKABLE.keySet());
    assertThat(Rule.all().stream().map(Rule::id)).allMatch(broken::contains);
  }

  @Test
  void documentHasTheTestedTable() throws IOException {
    if (Boolean.getBoolean("tck.docs.update")) {
      Files.writeString(document(), table());
    }
    assertThat(Files.exists(document()) ? Files.readString(document()) : "")
        .as(
            "docs/broken-transports.md; write it with: mvn -pl verify/kit -am test"
                + " -Dtest=BrokenTransportsDocTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dtck.docs.update=true")
        .isEqualTo(table());
  }

  @Test
  void thereAreEnough() {
    assertThat(BrokenTransports.all()).hasSizeGreaterThanOrEqualTo(150);
    assertThat(BrokenTransports.all().stream().map(Broken::defect)).doesNotHaveDuplicates();
  }
}
