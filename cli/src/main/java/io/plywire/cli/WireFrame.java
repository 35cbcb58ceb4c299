// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

/**
 * A frame that passed a {@link WireTap}.
 *
 * @param opcode 0 to 15
 * @param fin whether it is the last of its message
 * @param reservedBits RSV1 to RSV3 as a number; 4 is RSV1, which marks compression
 * @param masked whether its payload is masked
 * @param payloadBytes how long its payload is, in bytes
 * @param closeCode what a close frame says, or 0
 */
record WireFrame(
    int opcode, boolean fin, int reservedBits, boolean masked, long payloadBytes, int closeCode) {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  boolean isData() {
    return opcode < CLOSE;
  }

  /** Tells whether a compressed message begins with it. */
  boolean isCompressed() {
    return (reservedBits & 4) != 0;
  }

  String name() {
    return switch (opcode) {
      case CONTINUATION -> "continuation";
      case TEXT -> "text";
      case BINARY -> "binary";
      case CLOSE -> "close";
      case PING -> "ping";
      case PONG -> "pong";
      default -> "opcode " + opcode;
    };
  }

  @Override
  public String toString() {
    return name()
        + (fin ? " fin" : " more")
        + (reservedBits == 0 ? "" : " rsv=" + reservedBits)
        + (masked ? " masked" : "")
        + " length="
        + payloadBytes
        + (closeCode == 0 ? "" : " code=" + closeCode);
  }
}
