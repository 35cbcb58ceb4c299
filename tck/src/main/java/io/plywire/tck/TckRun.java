// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import io.plywire.tck.CheckResult.Status;
import io.plywire.tck.internal.checks.Catalogue;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Verifies a subject, from any test framework or none.
 *
 * {@snippet :
 * TckReport report = TckRun.of(subject).run();
 * assertTrue(report.isOk(), report.text());
 * }
 *
 * <p>Immutable; a run can be repeated.
 */
public final class TckRun {
  private final TckSubject subject;
  private final TckEnvironment environment;
  private final Predicate<Rule> rules;
  private final Consumer<CheckResult> progress;

  private TckRun(
      TckSubject subject,
      TckEnvironment environment,
      Predicate<Rule> rules,
      Consumer<CheckResult> progress) {
    this.subject = Objects.requireNonNull(subject, "subject");
    this.environment = Objects.requireNonNull(environment, "environment");
    this.rules = Objects.requireNonNull(rules, "rules");
    this.progress = Objects.requireNonNull(progress, "progress");
  }

  /**
   * Starts to describe a run of all rules in the default environment.
   *
   * @param subject what is verified
   */
  public static TckRun of(TckSubject subject) {
    return new TckRun(subject, TckEnvironment.defaults(), rule -> true, result -> {});
  }

  /**
   * Returns a run in another environment.
   *
   * @param other how long and how much
   */
  public TckRun environment(TckEnvironment other) {
    return new TckRun(subject, other, rules, progress);
  }

  /**
   * Returns a run of some rules.
   *
   * @param ids numbers of rules, such as {@code N1.4}, or of groups, such as {@code N1}
   * @throws IllegalArgumentException if there is no such rule
   */
  public TckRun rules(Set<String> ids) {
    for (String id : ids) {
      if (!Rule.groups().containsKey(id)) {
        Rule.of(id);
      }
    }
    Set<String> chosen = Set.copyOf(ids);
    return new TckRun(
        subject,
        environment,
        rule -> chosen.contains(rule.id()) || chosen.contains(rule.group()),
        progress);
  }

  /**
   * Returns a run that tells each result as it comes.
   *
   * @param acceptor called on the thread that runs
   */
  public TckRun onResult(Consumer<CheckResult> acceptor) {
    return new TckRun(subject, environment, rules, acceptor);
  }

  /** Returns the checks that this run consists of, in their order. */
  public List<Check> checks() {
    return experiments().stream().map(Experiment::check).toList();
  }

  private List<Experiment> experiments() {
    return Catalogue.of(subject).stream().filter(e -> rules.test(e.check().rule())).toList();
  }

  /** Makes all checks, one after the other. */
  public TckReport run() {
    List<CheckResult> results = new ArrayList<>();
    boolean contractKept = true;
    for (Experiment experiment : experiments()) {
      CheckResult result =
          contractKept || !Catalogue.isOnTop(experiment)
              ? run(experiment)
              : Trial.untested(experiment, "the contract below is violated already");
      contractKept &= result.status() != Status.FAILED;
      results.add(result);
      progress.accept(result);
    }
    return new TckReport(subject, environment, results);
  }

  /**
   * Makes one check.
   *
   * @param check one of {@link #checks}
   * @throws IllegalArgumentException if it is not
   */
  public CheckResult run(Check check) {
    return experiments().stream()
        .filter(experiment -> experiment.check().equals(check))
        .findFirst()
        .map(this::run)
        .orElseThrow(() -> new IllegalArgumentException(check + " is not a check of this run"));
  }

  private CheckResult run(Experiment experiment) {
    return new Trial(subject, environment, experiment).run();
  }
}
