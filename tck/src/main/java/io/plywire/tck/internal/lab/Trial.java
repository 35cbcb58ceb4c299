// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.spi.Trait;
import io.plywire.tck.CheckResult;
import io.plywire.tck.CheckResult.Status;
import io.plywire.tck.Rule;
import io.plywire.tck.TckEnvironment;
import io.plywire.tck.TckSubject;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes one check, on a thread that can be left behind if it hangs. */
public final class Trial {
  /** How many times the limit a check may take that makes progress. */
  private static final int MOST_LIMITS = 5;

  private final TckSubject subject;
  private final TckEnvironment environment;
  private final Experiment experiment;
  private final Scene scene;
  private final long start = System.nanoTime();
  private volatile @Nullable Throwable thrown;

  public Trial(TckSubject subject, TckEnvironment environment, Experiment experiment) {
    this.subject = subject;
    this.environment = environment;
    this.experiment = experiment;
    this.scene = new Scene(subject, environment, experiment.check().rule());
  }

  public static CheckResult untested(Experiment experiment, String why) {
    return new CheckResult(
        experiment.check(), Status.UNTESTED, null, why, List.of(), null, Duration.ZERO, Map.of());
  }

  public CheckResult run() {
    Set<Trait> missing = EnumSet.noneOf(Trait.class);
    missing.addAll(experiment.needs());
    missing.removeAll(subject.traits());
    if (!missing.isEmpty()) {
      return untested(experiment, "the subject does not promise " + missing);
    }
    Thread thread = new Thread(this::body, "tck-check");
    thread.setDaemon(true);
    thread.start();
    await(thread);
    if (!thread.isAlive()) {
      return result(thrown);
    }
    Violation hangs = hanging(thread);
    thread.interrupt(); // what it says to that is of no interest
    return result(hangs);
  }

  private void body() {
    try {
      try {
        experiment.body().run(scene);
      } finally {
        scene.end();
      }
    } catch (Throwable e) { // whatever it is, the run goes on and the report tells
      thrown = e;
    }
  }

  /** Waits for the end, for the limit, or for one of its calls that does not return. */
  private void await(Thread thread) {
    long limit = environment.checkLimit().toNanos();
    long slice = Math.max(1, environment.patience().toMillis() / 4);
    long progress = scene.activity().progress();
    long since = start;
    try {
      while (thread.isAlive()
          && System.nanoTime() - since < limit
          && System.nanoTime() - start < MOST_LIMITS * limit
          && scene.activity().callInProgressFor(environment.patience()) == null) {
        thread.join(slice);
        if (scene.activity().progress() != progress) {
          progress = scene.activity().progress();
          since = System.nanoTime();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Violation hanging(Thread thread) {
    Throwable where = new Throwable("where it hangs");
    where.setStackTrace(thread.getStackTrace());
    Violation late =
        scene.late(
            experiment.check().rule(),
            "the check did not end within " + (System.nanoTime() - start) / 1_000_000_000 + " s");
    late.addSuppressed(where);
    return late;
  }

  private CheckResult result(@Nullable Throwable e) {
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    if (e == null) {
      return new CheckResult(
          experiment.check(),
          Status.PASSED,
          null,
          "",
          List.of(),
          null,
          time,
          scene.conditions().byRule());
    }
    if (e instanceof Untested) {
      return untested(experiment, String.valueOf(e.getMessage()));
    }
    Rule rule = e instanceof Violation violation ? violation.rule() : experiment.check().rule();
    String message = e instanceof Violation ? String.valueOf(e.getMessage()) : "unexpected " + e;
    boolean waived = subject.waivers().stream().anyMatch(waiver -> waiver.rule().equals(rule.id()));
    return new CheckResult(
        experiment.check(),
        waived ? Status.WAIVED : Status.FAILED,
        rule,
        message,
        scene.trace().lines(),
        e,
        time,
        Map.of());
  }
}
