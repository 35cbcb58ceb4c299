// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import java.util.Locale;

/**
 * How the connections of a server ended that were there when it shut down.
 *
 * @param closed how many with both close frames exchanged
 * @param brokenOff how many in another way before the deadline: the peer left or did not answer, or
 *     the WebSocket was never opened
 * @param aborted how many were cut off at the deadline
 */
public record ShutdownReport(int closed, int brokenOff, int aborted) {
  /** Returns how many there were. */
  public int connections() {
    return closed + brokenOff + aborted;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d connections: %d closed, %d broken off, %d aborted",
        connections(),
        closed,
        brokenOff,
        aborted);
  }
}
