// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.stream.OperationException;
import io.plywire.websocket.CloseCode;
import java.io.IOException;

/** What the command returns; the help of each subcommand lists those that it uses. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int REFUSED = 3;
  static final int NOT_CONNECTED = 4;
  static final int TLS = 5;
  static final int PROTOCOL = 6;
  static final int TIMEOUT = 7;
  static final int LOST = 8;
  static final int CLOSED_WITH_ERROR = 9;

  private ExitCode() {}

  /** Returns the code for the failure of a connection that had come to be. */
  static int of(IOException failure) {
    if (!(failure instanceof OperationException known)) {
      return FAILED;
    }
    return switch (known.condition()) {
      case CONNECT_FAILED -> NOT_CONNECTED;
      case HANDSHAKE_FAILED, PROTOCOL_VIOLATION -> PROTOCOL;
      case TIMEOUT -> TIMEOUT;
      case CONNECTION_LOST -> LOST;
      default -> FAILED;
    };
  }

  /** Returns the code for a connection that ended with a close frame of the peer. */
  static int ofCloseCode(int code) {
    return code == CloseCode.NONE
            || code == CloseCode.NORMAL_CLOSURE
            || code == CloseCode.GOING_AWAY
        ? OK
        : CLOSED_WITH_ERROR;
  }
}
