// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.internal.protocol.Opcode;

/**
 * Sends an empty ping to a peer that has been silent. It serves no call: when it fails, the
 * connection does, and an operation that waits is told.
 */
final class KeepAliveOp extends Machine {
  private enum Step {
    TAKE_TURN,
    /** The turn is ours. */
    SEND,
    /** The next layer has taken some of the frame. */
    SENT
  }

  private final ControlSender sender = new ControlSender(this);
  private Step step = Step.TAKE_TURN;

  KeepAliveOp(Connection c) {
    super(c, Kind.KEEP_ALIVE);
  }

  /** Sends one ping, unless one is on its way already. */
  void start() {
    if (isIdle()) {
      step = Step.TAKE_TURN;
      drive();
    }
  }

  @Override
  Next advance() {
    return switch (step) {
      case TAKE_TURN -> takeTurn();
      case SEND -> send();
      case SENT -> afterSend();
    };
  }

  private Next takeTurn() {
    step = Step.SEND;
    return c.turn.take(this) ? Next.AGAIN : Next.SUSPENDED;
  }

  private Next send() {
    if (!c.lifecycle.isOpen()) {
      return Next.DONE;
    }
    step = Step.SENT;
    return sender.send(Opcode.PING, Sources.NOTHING, 0, 0);
  }

  private Next afterSend() {
    return switch (sender.sent()) {
      case FAILED -> {
        c.lifecycle.fail(failure(), null);
        yield Next.DONE;
      }
      case PARTLY -> sender.sendRest();
      case WHOLLY -> Next.DONE;
    };
  }

  @Override
  void finish() {
    sender.end();
  }
}
