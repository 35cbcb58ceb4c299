// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import io.plywire.websocket.ShutdownReport;
import org.jspecify.annotations.Nullable;

/**
 * How a server says that its connections ended, see {@link ShutdownReport}.
 *
 * @param closed how many in good order
 * @param brokenOff how many in another way; the checks of the balancer that are under way are among
 *     them
 * @param aborted how many at the deadline
 */
record Farewell(int closed, int brokenOff, int aborted) {
  static Farewell of(ShutdownReport report) {
    return new Farewell(report.closed(), report.brokenOff(), report.aborted());
  }

  String text() {
    return closed + " " + brokenOff + " " + aborted;
  }

  /** Returns what was said, or null if that was nothing. */
  static @Nullable Farewell parse(String text) {
    String[] words = text.split(" ", -1);
    return words.length < 3
        ? null
        : new Farewell(
            Integer.parseInt(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2]));
  }

  int connections() {
    return closed + brokenOff + aborted;
  }
}
