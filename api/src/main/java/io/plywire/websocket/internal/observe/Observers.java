// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.observe;

import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.observe.WebSocketObserver;
import org.jspecify.annotations.Nullable;

/**
 * Who is told: the observer that the application has set, and the Flight Recorder. Nothing here
 * needs the module {@code jdk.jfr}; what does is not touched where that is missing.
 */
public final class Observers {
  private static final boolean FLIGHT_RECORDER =
      ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private static final WebSocketObserver NOBODY = new WebSocketObserver() {};

  private Observers() {}

  /** Returns who is told as of now, or null if nobody is. */
  public static @Nullable WebSocketObserver of(WebSocketOptions options) {
    WebSocketObserver own = options.observer();
    if (own != null) {
      // A recording may begin later.
      return new ObserverPair(own, FLIGHT_RECORDER ? FlightObserver.INSTANCE : NOBODY);
    }
    return isRecording() ? FlightObserver.INSTANCE : null;
  }

  /**
   * Tells whether the Flight Recorder wants anything of ours. Costs nothing while it does not
   * record: a compiler sees that nothing has changed the answer.
   */
  public static boolean isRecording() {
    return FLIGHT_RECORDER && FlightEvents.isAnyEnabled();
  }
}
