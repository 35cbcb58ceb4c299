// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/**
 * A turn that held up everybody on its loop, for the Flight Recorder. The name and the fields are
 * public: docs/observing.md describes them, and settings files name them.
 */
@Name("plywire.LoopTurn")
@Label("Loop Turn")
@Category("plywire")
@Description("An event loop has served channels and tasks for long, and nobody else meanwhile")
@Threshold("20 ms")
@StackTrace(false)
@SuppressWarnings("unused") // the recorder reads the fields
final class LoopTurnEvent extends Event {
  private static final LoopTurnEvent ANY = new LoopTurnEvent();

  @Label("Loop")
  @Nullable String loop;

  @Label("Channels")
  @Description("How many channels were ready and have been served")
  int channels;

  @Label("Tasks")
  @Description("How many tasks have run, timers among them")
  int tasks;

  static boolean isWanted() {
    return ANY.isEnabled();
  }
}
