// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.tck.internal.checks.Catalogue;
import io.plywire.tck.internal.lab.Experiment;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** SPEC.md, the checks and the Javadoc of the API speak of the same rules. */
class SpecificationTest {
  private static final Pattern CITED = Pattern.compile("<b>(N\\d+)</b>");
  private static final Pattern HEADING = Pattern.compile("#### (\\S+) (MUST|SHOULD)");

  @Test
  void everyRuleHasACheckAndEveryCheckARule() {
    Set<String> checked =
        Catalogue.all().stream()
            .map(experiment -> experiment.check().rule().id())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(checked)
        .containsExactlyInAnyOrderElementsOf(Rule.all().stream().map(Rule::id).toList());
  }

  @Test
  void checksHaveNamesOfTheirOwn() {
    List<String> names =
        Catalogue.all().stream().map(Experiment::check).map(Check::testName).toList();
    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("\\w+"));
  }

  @Test
  void everyHeadingOfTheSpecificationIsARule() throws IOException {
    Matcher headings = HEADING.matcher(Files.readString(Repository.root().resolve("tck/SPEC.md")));
    List<String> found = headings.results().map(r -> r.group(1) + " " + r.group(2)).toList();
    assertThat(Rule.all().stream().map(rule -> rule.id() + " " + rule.force()))
        .containsExactlyElementsOf(found);
  }

  @Test
  void everyRuleSaysAllThereIsToSay() {
    for (Rule rule : Rule.all()) {
      assertThat(List.of(rule.statement(), rule.intent(), rule.verified(), rule.causes()))
          .as(rule.id())
          .allMatch(text -> text.endsWith(".") && text.length() > 10);
    }
  }

  @Test
  void numbersAreThoseOfTheJavadoc() throws IOException {
    String javadoc =
        Files.readString(
            Repository.root().resolve("api/src/main/java/io/plywire/stream/AsyncStream.java"));
    Set<String> cited =
        CITED.matcher(javadoc).results().map(r -> r.group(1)).collect(Collectors.toSet());
    assertThat(cited)
        .isEqualTo(IntStream.rangeClosed(1, 12).mapToObj(i -> "N" + i).collect(Collectors.toSet()))
        .allSatisfy(group -> assertThat(Rule.groups()).containsKey(group));
    assertThat(Rule.groups())
        .containsKeys(IntStream.rangeClosed(1, 10).mapToObj(i -> "A" + i).toArray(String[]::new));
  }

  @Test
  void unknownNumbersAreRefused() {
    assertThatThrownBy(() -> Rule.of("N99.1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("N99.1")
        .hasMessageContaining("N1.1");
  }
}
