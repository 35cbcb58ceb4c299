// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

/** The four bits that say what a frame is (RFC 6455 §5.2), as {@code int}s. */
public final class Opcode {

  /** The next fragment of the message in progress. */
  public static final int CONTINUATION = 0;

  /** A text message, or its first fragment. */
  public static final int TEXT = 1;

  /** A binary message, or its first fragment. */
  public static final int BINARY = 2;

  /** The closing handshake. */
  public static final int CLOSE = 8;

  /** Asks the peer for a pong. */
  public static final int PING = 9;

  /** Answers a ping, or is sent unasked as a heartbeat. */
  public static final int PONG = 10;

  private Opcode() {}

  /** Tells whether {@code opcode} is of the upper half, reserved ones included. */
  public static boolean isControl(int opcode) {
    return opcode >= CLOSE;
  }

  /** Tells whether {@code opcode} has no meaning yet: 3–7 and 11–15. */
  public static boolean isReserved(int opcode) {
    return (opcode > BINARY && opcode < CLOSE) || opcode > PONG;
  }

  /** Names {@code opcode} for people. */
  public static String name(int opcode) {
    return switch (opcode) {
      case CONTINUATION -> "continuation";
      case TEXT -> "text";
      case BINARY -> "binary";
      case CLOSE -> "close";
      case PING -> "ping";
      case PONG -> "pong";
      default -> "reserved(" + opcode + ")";
    };
  }
}
