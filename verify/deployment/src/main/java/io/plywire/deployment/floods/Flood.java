// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.floods;

/**
 * What is done to the server.
 *
 * <p>What a connection of a flood may cost is stated here, as a round number above what was
 * measured; the judge holds the server to it.
 */
enum Flood {
  SILENCE_ONE("connects that say nothing, one address", Manner.SILENT, false, 1, 16),
  SILENCE("connects that say nothing", Manner.SILENT, false, 40, 16),
  HALF("half handshakes, a byte at a time", Manner.HALF, false, 40, 16),
  HELLOS("TLS hellos, then silence", Manner.HELLO, true, 40, 128),
  HANDSHAKES("TLS handshakes, then gone", Manner.HANDSHAKE, true, 40, 128),
  PINGS("pings whose answers nobody reads", Manner.PING, false, 40, 80),
  PINGS_READ("pings whose answers are read", Manner.PING_AND_READ, false, 1, 64),
  ANNOUNCED("messages announced, first byte", Manner.ANNOUNCE, false, 40, 24),
  UNFINISHED("messages but for their last byte", Manner.ALL_BUT_ONE, false, 40, 24);

  /** How a connection behaves. */
  enum Manner {
    SILENT,
    HALF,
    HELLO,
    HANDSHAKE,
    PING,
    PING_AND_READ,
    ANNOUNCE,
    ALL_BUT_ONE
  }

  private final String text;
  private final Manner manner;
  private final boolean secure;
  private final int addresses;
  private final int mostKib;

  Flood(String text, Manner manner, boolean secure, int addresses, int mostKib) {
    this.text = text;
    this.manner = manner;
    this.secure = secure;
    this.addresses = addresses;
    this.mostKib = mostKib;
  }

  Manner manner() {
    return manner;
  }

  boolean secure() {
    return secure;
  }

  /** Returns of how many addresses its connections come. */
  int addresses() {
    return addresses;
  }

  /** Returns how many bytes of heap and direct memory a connection may cost. */
  long mostBytes() {
    return mostKib * 1024L;
  }

  /** Returns whether there is room for others by the limits, so that newcomers must be let in. */
  boolean leavesRoom() {
    return addresses == 1;
  }

  @Override
  public String toString() {
    return text;
  }
}
