// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FairnessTest {
  private int state;

  private int granted(int turn, int tries) {
    int granted = 0;
    for (int i = 0; i < tries; i++) {
      state = Fairness.count(state, turn);
      granted += Fairness.isGranted(state) ? 1 : 0;
    }
    return granted;
  }

  @Test
  void everyTurnGrantsSoManyTries() {
    for (int turn : new int[] {0, 1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
      assertThat(granted(turn, 1000)).as("turn %s", turn).isEqualTo(Fairness.TRIES_PER_TURN);
    }
  }

  @Test
  void triesOfATurnThatWasNotUsedUpAreNotSavedUp() {
    assertThat(granted(1, 3)).isEqualTo(3);
    assertThat(granted(2, 100)).isEqualTo(Fairness.TRIES_PER_TURN);
  }
}
