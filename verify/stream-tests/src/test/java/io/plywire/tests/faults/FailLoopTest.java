// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Faults;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Plays every scenario over pipes of every shape: undisturbed, with the next layer's k-th operation
 * failing for k = 0, 1, 2, … until a performance goes through, and with requests to cancel at every
 * step of the executor.
 */
class FailLoopTest {
  /** Shapes that are sent through every failure; for the others the number would explode. */
  private static final Set<PipeShape> LOOPED =
      EnumSet.of(PipeShape.WIDE, PipeShape.POSTING, PipeShape.WINDOW_OF_1);

  /** A way to fail one operation. */
  enum Fault {
    READ(IoKind.READ),
    WAIT(IoKind.WAIT),
    WRITE(IoKind.WRITE),
    WRITE_AFTER_1_BYTE(IoKind.WRITE),
    TEARDOWN(IoKind.TEARDOWN);

    private final IoKind kind;

    Fault(IoKind kind) {
      this.kind = kind;
    }

    void plan(Faults faults, long k, IOException error) {
      if (this == WRITE_AFTER_1_BYTE) {
        faults.failWriteAfter(k, 1, error);
      } else {
        faults.fail(kind, k, error);
      }
    }
  }

  @TestFactory
  Stream<DynamicNode> undisturbed() {
    return each(
        (scenario, shape) ->
            Stream.of(DynamicTest.dynamicTest(shape.name(), () -> undisturbed(scenario, shape))));
  }

  @TestFactory
  Stream<DynamicNode> everyFailure() {
    return each(
        (scenario, shape) ->
            !LOOPED.contains(shape)
                ? Stream.of()
                : Stream.of(Role.values())
                    .filter(role -> role == Role.SERVER || !scenario.raw)
                    .flatMap(
                        role ->
                            Stream.of(Fault.values())
                                .map(
                                    fault ->
                                        DynamicTest.dynamicTest(
                                            shape + ", " + role + ", " + fault,
                                            () -> failLoop(scenario, shape, role, fault)))));
  }

  @TestFactory
  Stream<DynamicNode> everyCancellation() {
    return each(
        (scenario, shape) ->
            !LOOPED.contains(shape)
                ? Stream.of()
                : Stream.of(CancellationType.values())
                    .map(
                        type ->
                            DynamicTest.dynamicTest(
                                shape + ", " + type, () -> cancelLoop(scenario, shape, type))));
  }

  /** Something that ends a connection from outside. */
  enum Blow {
    CLOSED_HERE,
    RESET_BY_THE_LAYER;

    void hit(Stage stage, Role role) {
      if (this == RESET_BY_THE_LAYER) {
        stage.end(role).reset();
      } else {
        (role == Role.CLIENT ? stage.client : stage.server).abort();
      }
    }
  }

  @TestFactory
  Stream<DynamicNode> everyBlow() {
    return each(
        (scenario, shape) ->
            shape != PipeShape.WIDE && shape != PipeShape.POSTING
                ? Stream.of()
                : Stream.of(Role.values())
                    .filter(role -> role == Role.SERVER || !scenario.raw)
                    .flatMap(
                        role ->
                            Stream.of(Blow.values())
                                .map(
                                    blow ->
                                        DynamicTest.dynamicTest(
                                            shape + ", " + role + ", " + blow,
                                            () -> blowLoop(scenario, shape, role, blow)))));
  }

  private static void blowLoop(Scenario scenario, PipeShape shape, Role role, Blow blow) {
    boolean disturbed = true;
    for (int step = 0; disturbed; step++) {
      try (Stage stage = open(scenario, shape)) {
        stage.disturbAt(step, () -> blow.hit(stage, role));
        scenario.play(stage);
        disturbed = stage.wasDisturbed();
        stage.disturbAt(-1, () -> {});
        stage.settle(null);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            scenario + " over " + shape + ", " + role + " " + blow + " at step " + step, e);
      }
    }
  }

  private interface Plays {
    Stream<DynamicTest> of(Scenario scenario, PipeShape shape);
  }

  private static Stream<DynamicNode> each(Plays plays) {
    return Stream.of(Scenario.values())
        .map(
            scenario ->
                DynamicContainer.dynamicContainer(
                    scenario.name(),
                    Stream.of(PipeShape.values()).flatMap(shape -> plays.of(scenario, shape))));
  }

  private static Stage open(Scenario scenario, PipeShape shape) {
    Stage stage = new Stage(shape, scenario);
    if (!scenario.opens()) {
      stage.open();
    }
    shape.apply(stage);
    return stage;
  }

  private static void undisturbed(Scenario scenario, PipeShape shape) {
    try (Stage stage = open(scenario, shape)) {
      scenario.play(stage);
      stage.verify();
      stage.settle(null);
    } catch (RuntimeException | Error e) {
      throw new AssertionError(scenario + " over " + shape, e);
    }
  }

  private static void failLoop(Scenario scenario, PipeShape shape, Role role, Fault fault) {
    for (int k = 0; ; k++) {
      assertThat(k).as("failures of one scenario").isLessThan(5_000);
      IOException error = new StreamException(StreamError.RESET, fault + " number " + k);
      try (Stage stage = open(scenario, shape)) {
        Faults faults = stage.end(role).faults();
        fault.plan(faults, faults.started(fault.kind) + k, error);
        scenario.play(stage);
        boolean failed = faults.failed(fault.kind) > 0;
        if (!failed) {
          stage.verify();
        }
        stage.settle(error);
        if (!failed && faults.failed(fault.kind) == 0) {
          return;
        }
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            scenario + " over " + shape + ", " + role + "'s " + fault + " number " + k + " fails",
            e);
      }
    }
  }

  private static void cancelLoop(Scenario scenario, PipeShape shape, CancellationType type) {
    boolean disturbed = true;
    for (int step = 0; disturbed; step++) {
      try {
        disturbed = cancel(scenario, shape, type, step, true);
        if (type != CancellationType.TERMINAL) {
          cancel(scenario, shape, type, step, false);
        }
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            scenario + " over " + shape + ", " + type + " cancellation at step " + step, e);
      }
    }
  }

  /** Reads that are called off without harm and done again change nothing at all. */
  private static boolean cancel(
      Scenario scenario, PipeShape shape, CancellationType type, int step, boolean all) {
    try (Stage stage = open(scenario, shape)) {
      stage.disturbAt(step, () -> cancel(stage, type, all));
      scenario.play(stage);
      if (!stage.wasDisturbed() || !all) {
        stage.verify();
      }
      boolean disturbed = stage.wasDisturbed();
      stage.disturbAt(-1, () -> {});
      stage.settle(null);
      return disturbed;
    }
  }

  private static void cancel(Stage stage, CancellationType type, boolean all) {
    if (all) {
      stage.cancelAll(type);
    } else {
      stage.cancelReads(type);
    }
  }
}
