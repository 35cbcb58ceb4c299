// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

/**
 * Keeps one channel from holding up the others of its loop: so many tries in a turn, and then it is
 * the others' turn, until the selector says again that there is something to do.
 *
 * <p>The state is an int that its owner keeps, since two more objects for each idle connection
 * would be too many: the turn's number, and the tries in that turn in the lowest bits.
 */
final class Fairness {
  /** How many tries are granted in a turn. */
  static final int TRIES_PER_TURN = 16;

  private static final int TRIES_BITS = 5;
  private static final int TRIES_MASK = (1 << TRIES_BITS) - 1;

  private Fairness() {}

  /**
   * Counts a try.
   *
   * @param state from the previous try, or 0
   * @param turn the number of the loop's turn
   * @return the new state, which {@link #isGranted} knows how to read
   */
  static int count(int state, int turn) {
    int start = turn << TRIES_BITS;
    if ((state & ~TRIES_MASK) != start) {
      return start + 1;
    }
    return isGranted(state) ? state + 1 : state;
  }

  /** Returns whether the try that was counted last may be made. */
  static boolean isGranted(int state) {
    return (state & TRIES_MASK) <= TRIES_PER_TURN;
  }
}
