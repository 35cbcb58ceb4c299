// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

/**
 * Loops instead of recursing. Whoever goes on "as far as possible" is often told to go on by what
 * it has just called, a read that completes at once for example; it then goes round once more, and
 * the stack does not grow.
 *
 * {@snippet :
 * void advance() {
 *   iteration.run(this); // also called by what step() calls
 * }
 *
 * public void step() {
 *   next.asyncReadSome(target, this); // whose completion calls advance()
 * }
 * }
 *
 * <p>Confined to one thread at a time.
 */
public final class Iteration {
  /** What is repeated. */
  @FunctionalInterface
  public interface Step {
    /** Goes on as far as it can without knowing what it does not know yet. */
    void step();
  }

  private enum State {
    IDLE,
    RUNNING,
    /** Running, and to be repeated. */
    AGAIN
  }

  private State state = State.IDLE;

  /** Makes one that does not run. */
  public Iteration() {}

  /**
   * Runs a step, and again for as long as somebody has asked for it meanwhile. Within a step, this
   * is such a request and returns at once.
   *
   * @param step what to run, always the same
   * @return whether the step was run
   */
  public boolean run(Step step) {
    if (state != State.IDLE) {
      state = State.AGAIN;
      return false;
    }
    try {
      do {
        state = State.RUNNING;
        step.step();
      } while (state == State.AGAIN);
    } finally {
      state = State.IDLE;
    }
    return true;
  }

  /** Asks for another step, if one is running. */
  public void again() {
    if (state == State.RUNNING) {
      state = State.AGAIN;
    }
  }

  /** Returns whether a step is running. */
  public boolean isRunning() {
    return state != State.IDLE;
  }
}
