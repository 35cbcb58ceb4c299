// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sends a ping or a pong that the application asked for: one frame, in its turn. */
final class PingPongOp extends CallOp {
  private enum Step {
    TAKE_TURN,
    /** The turn is ours. */
    SEND,
    /** The next layer has taken some of the frame. */
    SENT
  }

  private final int opcode;
  private final ControlSender sender = new ControlSender(this);

  private @Nullable Handler<Void> handler;
  private @Nullable ByteBuffer payload;
  private Step step = Step.TAKE_TURN;

  PingPongOp(Connection c, Kind kind, int opcode) {
    super(c, kind);
    this.opcode = opcode;
  }

  void start(ByteBuffer data, Handler<Void> completion) {
    claim();
    payload = data;
    handler = completion;
    initiate(completion);
  }

  @Override
  void begin() {
    step = Step.TAKE_TURN;
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
    if (!c.lifecycle.isOpen()) {
      return endTooLate();
    }
    step = Step.SEND;
    return c.turn.take(this) ? Next.AGAIN : Next.SUSPENDED;
  }

  private Next send() {
    if (!c.lifecycle.isOpen()) {
      return endNotOpen();
    }
    if (cancelRequested != null) {
      return end(cancelledBeforeSending(cancelRequested));
    }
    step = Step.SENT;
    ByteBuffer data = Objects.requireNonNull(payload);
    return sender.send(opcode, data, data.position(), data.remaining());
  }

  private Next afterSend() {
    return switch (sender.sent()) {
      case FAILED -> fail(failure());
      case PARTLY ->
          cancelRequested == CancellationType.TERMINAL
              ? fail(cancelledByForce()) // it came when nothing was with the next layer
              : sender.sendRest();
      case WHOLLY -> c.lifecycle.hasEnded() ? endNotOpen() : Next.DONE;
    };
  }

  @Override
  StreamException cancelledByForce() {
    return StreamException.cancelled(
        CancellationType.TERMINAL,
        this + " cancelled while its frame was being sent; the WebSocket can only be closed");
  }

  private IOException cancelledBeforeSending(CancellationType type) {
    return StreamException.cancelled(
        type, this + " cancelled before it was sent; the WebSocket is usable");
  }

  @Override
  void cancelled(CancellationType type) {
    if (step == Step.SENT) {
      if (type == CancellationType.TERMINAL) {
        cancelNextLayer();
      }
    } else if (c.turn.leave(this)) {
      error = cancelledBeforeSending(type);
      finishNow();
    } else {
      remember(type); // the turn is ours, and the next step will see
    }
  }

  @Override
  void finish() {
    payload = null;
    sender.end();
    complete(Objects.requireNonNull(handler));
  }

  @Override
  void deliver() {
    Handler<Void> target = Objects.requireNonNull(handler);
    IOException failure = error;
    handler = null;
    release();
    target.completed(failure, null);
  }
}
