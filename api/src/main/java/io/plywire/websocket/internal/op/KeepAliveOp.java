// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.CancellationType;
import io.plywire.websocket.internal.protocol.Opcode;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Sends an empty ping to a peer that has been silent. It serves no call: when it fails, the
 * connection does, and an operation that waits is told.
 */
final class KeepAliveOp extends SendingOp {
  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

  private enum Step {
    IDLE,
    TAKE_TURN,
    SEND,
    SENT
  }

  private Step step = Step.IDLE;

  KeepAliveOp(Connection c) {
    super(c, Kind.KEEP_ALIVE);
  }

  /** Sends one ping, unless one is on its way already. */
  void start() {
    if (step == Step.IDLE) {
      step = Step.TAKE_TURN;
      drive();
    }
  }

  @Override
  void begin() {}

  @Override
  Next advance() {
    switch (step) {
      case TAKE_TURN -> {
        step = Step.SEND;
        return c.turn.take(this) ? Next.AGAIN : Next.SUSPENDED;
      }
      case SEND -> {
        if (!c.isOpen()) {
          return Next.DONE;
        }
        buffer = c.controlFrame(Opcode.PING, EMPTY, 0, 0);
        step = Step.SENT;
        send(buffer);
        return Next.SUSPENDED;
      }
      case SENT -> {
        sent();
        if (ioError != null) {
          c.fail(ioError, null);
          return Next.DONE;
        }
        if (Objects.requireNonNull(buffer).hasRemaining()) {
          send(buffer);
          return Next.SUSPENDED;
        }
        return Next.DONE;
      }
      case IDLE -> throw new AssertionError(step);
    }
    throw new AssertionError(step);
  }

  @Override
  void cancelled(CancellationType type) {}

  @Override
  void finish() {
    step = Step.IDLE;
    releaseBuffer();
    if (c.turn.isHeldBy(this)) {
      c.turn.pass(this);
    }
  }

  @Override
  void deliver() {}
}
