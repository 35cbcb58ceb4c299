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
final class ControlOp extends SendingOp {
  private enum Step {
    TAKE_TURN,
    SEND,
    SENT
  }

  private final int opcode;

  private @Nullable Handler<Void> handler;
  private @Nullable ByteBuffer payload;
  private @Nullable IOException error;
  private Step step = Step.TAKE_TURN;

  ControlOp(Connection c, Kind kind, int opcode) {
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
    error = null;
  }

  @Override
  Next advance() {
    switch (step) {
      case TAKE_TURN -> {
        if (!c.isOpen()) {
          return end(c.notOpen(this));
        }
        step = Step.SEND;
        return c.turn.take(this) ? Next.AGAIN : Next.SUSPENDED;
      }
      case SEND -> {
        if (!c.isOpen()) {
          return end(c.notOpen(this));
        }
        if (cancelRequested != null) {
          return end(cancelledBeforeSending(cancelRequested));
        }
        ByteBuffer data = Objects.requireNonNull(payload);
        buffer = c.controlFrame(opcode, data, data.position(), data.remaining());
        step = Step.SENT;
        send(buffer);
        return Next.SUSPENDED;
      }
      case SENT -> {
        sent();
        if (ioError != null) {
          return failed(ioError);
        }
        if (Objects.requireNonNull(buffer).hasRemaining()) {
          if (cancelRequested == CancellationType.TERMINAL) {
            return failed(cancelledInFrame());
          }
          send(buffer);
          return Next.SUSPENDED;
        }
        return c.hasEnded() ? end(c.notOpen(this)) : Next.DONE;
      }
    }
    throw new AssertionError(step);
  }

  private Next failed(IOException cause) {
    if (c.hasEnded()) {
      return end(c.notOpen(this));
    }
    c.fail(isEndedByRequest(cause) ? cancelledInFrame() : cause, this);
    return end(c.notOpen(this));
  }

  private Next end(IOException reason) {
    error = reason;
    return Next.DONE;
  }

  private IOException cancelledInFrame() {
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
      remember(type);
    }
  }

  @Override
  Next broken() {
    return end(c.notOpen(this));
  }

  @Override
  void finish() {
    releaseBuffer();
    payload = null;
    if (c.turn.isHeldBy(this)) {
      c.turn.pass(this);
    }
    complete(Objects.requireNonNull(handler));
  }

  @Override
  void deliver() {
    Handler<Void> target = Objects.requireNonNull(handler);
    IOException failure = error;
    handler = null;
    error = null;
    release();
    target.completed(failure, null);
  }
}
