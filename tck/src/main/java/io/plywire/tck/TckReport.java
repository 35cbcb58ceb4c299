// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import io.plywire.tck.CheckResult.Status;
import io.plywire.tck.internal.report.HtmlReport;
import io.plywire.tck.internal.report.JsonReport;
import io.plywire.tck.internal.report.TextReport;
import io.plywire.tck.internal.report.XmlReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What came of a {@link TckRun}. Immutable. */
public final class TckReport {
  private final String subject;
  private final String traits;
  private final TckEnvironment environment;
  private final List<CheckResult> results;
  private final List<Waiver> waivers;

  TckReport(TckSubject subject, TckEnvironment environment, List<CheckResult> results) {
    this.subject = subject.name();
    this.traits = new TreeSet<>(subject.traits()).toString();
    this.environment = environment;
    this.results = List.copyOf(results);
    this.waivers = List.copyOf(subject.waivers());
  }

  /** Returns the name of what was verified. */
  public String subject() {
    return subject;
  }

  /** Returns the traits that were promised, as text. */
  public String traits() {
    return traits;
  }

  /** Returns the environment of the run. */
  public TckEnvironment environment() {
    return environment;
  }

  /** Returns the results in the order of the checks. */
  public List<CheckResult> results() {
    return results;
  }

  /** Returns the waivers of the subject. */
  public List<Waiver> waivers() {
    return waivers;
  }

  /** Returns the waivers whose rule was checked and is kept: they have to go. */
  public List<Waiver> staleWaivers() {
    Set<String> checked =
        results.stream()
            .filter(result -> result.status() != Status.UNTESTED)
            .map(result -> result.check().rule().id())
            .collect(Collectors.toSet());
    Set<String> waived =
        results.stream()
            .filter(result -> result.status() == Status.WAIVED)
            .map(result -> Objects.requireNonNull(result.violated()).id())
            .collect(Collectors.toSet());
    return waivers.stream()
        .filter(waiver -> checked.contains(waiver.rule()) && !waived.contains(waiver.rule()))
        .toList();
  }

  /** Returns the numbers of the rules that were violated and are not waived. */
  public Set<String> violatedRules() {
    Set<String> violated = new TreeSet<>();
    for (CheckResult result : failures()) {
      violated.add(Objects.requireNonNull(result.violated()).id());
    }
    return violated;
  }

  /** Returns the results that failed. */
  public List<CheckResult> failures() {
    return results.stream().filter(result -> result.status() == Status.FAILED).toList();
  }

  /**
   * Returns how many checks ended so.
   *
   * @param status how
   */
  public long count(Status status) {
    return results.stream().filter(result -> result.status() == status).count();
  }

  /** Returns whether no MUST is violated and no waiver is stale. */
  public boolean isOk() {
    return staleWaivers().isEmpty()
        && failures().stream()
            .allMatch(r -> Objects.requireNonNull(r.violated()).force() == Rule.Force.SHOULD);
  }

  /**
   * Returns under which conditions each rule was looked at, in all checks that passed, by the
   * numbers of the rules. A rule that is not about operations has none.
   */
  public Map<String, Set<Condition>> conditions() {
    Map<String, Set<Condition>> all = new TreeMap<>();
    for (CheckResult result : results) {
      result
          .conditions()
          .forEach(
              (rule, met) ->
                  all.computeIfAbsent(rule, r -> EnumSet.noneOf(Condition.class)).addAll(met));
    }
    return all;
  }

  /** Returns how long all checks took together. */
  public Duration time() {
    return results.stream().map(CheckResult::time).reduce(Duration.ZERO, Duration::plus);
  }

  /** Returns the report as text: the sum, and each failure with what to know about its rule. */
  public String text() {
    return TextReport.of(this);
  }

  /**
   * Writes {@code NAME.txt}, {@code TEST-NAME.xml} for tools that read JUnit's reports, {@code
   * NAME.json} and {@code NAME.html}.
   *
   * @param folder made if it is not there
   * @return the files
   * @throws IOException if that fails
   */
  public List<Path> write(Path folder) throws IOException {
    Files.createDirectories(folder);
    String name = subject.replaceAll("[^A-Za-z0-9.-]+", "-");
    return List.of(
        Files.writeString(folder.resolve(name + ".txt"), text()),
        Files.writeString(folder.resolve("TEST-" + name + ".xml"), XmlReport.of(this)),
        Files.writeString(folder.resolve(name + ".json"), JsonReport.of(this)),
        Files.writeString(folder.resolve(name + ".html"), HtmlReport.of(this)));
  }

  @Override
  public String toString() {
    return TextReport.summary(this);
  }
}
