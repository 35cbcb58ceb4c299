// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.CancellationType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every operation of a conversation is cancelled at every step of it, in every way: each handler
 * runs once, with success or with the right error, and what is promised about the connection holds.
 */
class CancellationSweepTest {
  private static final int SEED = Integer.getInteger("plywire.test.seed", 1);
  private static final int MAX_STEPS = 100_000;

  @Test
  void conversationThatNobodyDisturbsSucceeds() {
    for (boolean posting : new boolean[] {true, false}) {
      try (Dialogue d = new Dialogue(posting, SEED)) {
        d.start();
        d.h.run();
        d.assertFinished();
        d.acts().forEach(act -> assertThat(act.starts).isEqualTo(1));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TERMINAL, true",
    "TERMINAL, false",
    "PARTIAL, true",
    "PARTIAL, false",
    "TOTAL, true",
    "TOTAL, false"
  })
  void everyOperationIsCancelledAtEveryStep(CancellationType type, boolean posting) {
    List<String> cancelled = new ArrayList<>();
    for (int target = 0; target < 11; target++) {
      boolean more = true;
      for (int step = 0; more; step++) {
        try (Dialogue d = new Dialogue(posting, SEED)) {
          more = run(d, d.acts().get(target), step, type, cancelled);
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError(
              type
                  + " on act "
                  + target
                  + " at step "
                  + step
                  + ", posting "
                  + posting
                  + ", seed "
                  + SEED,
              e);
        }
      }
    }
    // The sweep has met states that honour the request.
    assertThat(cancelled).contains("ping", "read of the question", "read to the end");
    if (posting && type == CancellationType.TERMINAL) {
      assertThat(cancelled).hasSize(11);
    } else if (posting && type == CancellationType.PARTIAL) {
      assertThat(cancelled).contains("part", "answer");
    }
  }

  /** Returns false when the operation had ended before the step. */
  private static boolean run(
      Dialogue d, Dialogue.Act target, int step, CancellationType type, List<String> cancelled) {
    d.start();
    for (int i = 0; i < step; i++) {
      d.h.executor.runOne();
    }
    if (target.ends > 0) {
      return false;
    }
    if (target.starts == 0) {
      return true; // its time has not come
    }
    target.cancel(type);
    d.h.executor.runUntilIdle(MAX_STEPS);
    if (type == CancellationType.TERMINAL && target.error != null) {
      if (target != d.readToTheEnd || target.cancellation() != null) {
        assertThat(target.cancellation()).as("%s", target).isEqualTo(type);
      }
      d.assertEnded();
    } else {
      d.assertFinished();
    }
    boolean honoured = target.starts > 1 || target.cancellation() != null;
    if (honoured && !cancelled.contains(target.name)) {
      cancelled.add(target.name);
    }
    return true;
  }
}
