// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

/**
 * Has the Flight Recorder told of the turns of one loop that take long. What needs the module
 * {@code jdk.jfr} is not touched where that is missing, or before somebody records.
 */
final class TurnRecorder {
  private static final boolean FLIGHT_RECORDER =
      ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private final LoopTurnEvent event = new LoopTurnEvent(); // one turn after the other

  /**
   * Tells whether somebody wants to know. Costs nothing while nobody records: a compiler sees that
   * nothing has changed the answer.
   */
  static boolean isWanted() {
    return FLIGHT_RECORDER && LoopTurnEvent.isWanted();
  }

  /** A turn begins. */
  void begin() {
    event.begin();
  }

  /** The turn ends; it is recorded if it was longer than the threshold of the recording. */
  void end(String loop, int channels, int tasks) {
    event.end();
    if (event.shouldCommit()) {
      event.loop = loop;
      event.channels = channels;
      event.tasks = tasks;
      event.commit();
    }
  }
}
