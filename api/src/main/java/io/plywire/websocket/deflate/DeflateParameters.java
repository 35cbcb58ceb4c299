// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.deflate;

import io.plywire.stream.Role;

/**
 * What two peers agreed on for permessage-deflate (RFC 7692 section 7.1).
 *
 * @param serverWindowBits the largest window the server compresses with, as a power of two: 8 to 15
 * @param clientWindowBits the largest window the client compresses with, as a power of two: 8 to 15
 * @param serverContextTakeover whether the server's window lasts from one message to the next
 * @param clientContextTakeover whether the client's window lasts from one message to the next
 */
public record DeflateParameters(
    int serverWindowBits,
    int clientWindowBits,
    boolean serverContextTakeover,
    boolean clientContextTakeover) {

  /** Checks that the windows are of sizes that there are. */
  public DeflateParameters {
    requireBits(serverWindowBits, "serverWindowBits");
    requireBits(clientWindowBits, "clientWindowBits");
  }

  private static void requireBits(int bits, String name) {
    if (bits < DeflateEngine.MIN_WINDOW_BITS || bits > DeflateEngine.MAX_WINDOW_BITS) {
      throw new IllegalArgumentException(name + " " + bits + " is not between 8 and 15");
    }
  }

  /**
   * Returns the largest window a side compresses with, as a power of two.
   *
   * @param side which one
   */
  public int windowBits(Role side) {
    return side == Role.SERVER ? serverWindowBits : clientWindowBits;
  }

  /**
   * Returns whether the window of a side lasts from one message to the next.
   *
   * @param side which one
   */
  public boolean contextTakeover(Role side) {
    return side == Role.SERVER ? serverContextTakeover : clientContextTakeover;
  }
}
