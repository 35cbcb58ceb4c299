// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IterationTest {
  private final Iteration iteration = new Iteration();
  private int steps;
  private int depth;
  private int deepest;

  private void step(int times, Iteration.Step step) {
    steps++;
    depth++;
    deepest = Math.max(deepest, depth);
    if (steps < times) {
      assertThat(iteration.run(step)).as("it is running").isFalse();
    }
    depth--;
  }

  @Test
  void millionStepsDoNotGrowTheStack() {
    Iteration.Step[] step = new Iteration.Step[1];
    step[0] = () -> step(1_000_000, step[0]);
    assertThat(iteration.run(step[0])).isTrue();
    assertThat(steps).isEqualTo(1_000_000);
    assertThat(deepest).isEqualTo(1);
    assertThat(iteration.isRunning()).isFalse();
  }

  @Test
  void manyRequestsWithinAStepAreOne() {
    iteration.run(
        () -> {
          assertThat(iteration.isRunning()).isTrue();
          if (++steps == 1) {
            iteration.again();
            iteration.again();
          }
        });
    assertThat(steps).isEqualTo(2);
  }

  @Test
  void requestOutsideOfAStepIsNone() {
    iteration.again();
    iteration.run(() -> steps++);
    assertThat(steps).isEqualTo(1);
  }

  @Test
  void stepThatThrowsEndsTheLoopAndLetsTheNextOneIn() {
    assertThatThrownBy(
            () ->
                iteration.run(
                    () -> {
                      iteration.again();
                      throw new IllegalStateException("a test's");
                    }))
        .hasMessage("a test's");
    iteration.run(() -> steps++);
    assertThat(steps).isEqualTo(1);
  }
}
