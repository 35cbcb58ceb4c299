// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import java.io.IOException;

/**
 * One direction of a {@link ReadinessStream}: tries, asks the medium if that was in vain, and tries
 * again when the medium has answered.
 */
abstract class DirectionOperation extends StreamOperation {
  private final Runnable goOn = this::goOn;
  private boolean asked; // the medium owes an answer
  private int tries; // in a row

  DirectionOperation(ReadinessStream stream) {
    super(stream);
  }

  /** Ends the operation that waits if that is possible now, and {@linkplain #ask asks} if not. */
  abstract void attempt();

  /** Calls the medium's {@code awaitReadable} or {@code awaitWritable}. */
  abstract void await() throws IOException;

  /** Returns the other direction. */
  abstract DirectionOperation other();

  /** Called when the other direction has found that the connection is lost. */
  abstract void streamFailed();

  @Override
  protected final void start() {
    if (++tries <= TRIES_IN_A_ROW) {
      attempt();
    } else {
      streamExecutor().execute(goOn);
    }
  }

  private void goOn() {
    tries = 0;
    if (isWaiting()) {
      attempt();
    }
  }

  /** Called when the medium has answered. */
  void ready() {
    asked = false;
    goOn();
  }

  /**
   * Asks the medium to tell when it can go on.
   *
   * @return false if the connection is lost
   */
  final boolean ask() {
    if (asked) {
      return true;
    }
    asked = true; // first, since the answer may come within the call
    try {
      await();
      return true;
    } catch (IOException | RuntimeException | Error e) {
      lost(e);
      return false;
    }
  }

  /** Records that the connection is lost, and tells the other direction. */
  final void lost(Throwable reported) {
    boolean first = stream.failure() == null;
    stream.lost(reported);
    if (first) {
      other().streamFailed();
    }
  }
}
