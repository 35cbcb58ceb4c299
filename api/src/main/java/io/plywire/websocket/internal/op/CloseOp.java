// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamException;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Closes the WebSocket: sends a close frame in its turn, keeps the turn so that nothing follows it,
 * and waits until the reader has seen the peer's close frame and the layer below has said goodbye.
 *
 * <p>The reader does all reading: for the application's read while there is one, else for this.
 */
final class CloseOp extends SendingOp {
  private enum Step {
    TAKE_TURN,
    SEND,
    SENT,
    AWAIT_END
  }

  private @Nullable Handler<CloseOutcome> handler;
  private CloseReason reason = CloseReason.NORMAL;
  private @Nullable IOException error;
  private boolean cameLate; // the connection had ended before the call; there is nothing left to do
  private Step step = Step.TAKE_TURN;

  CloseOp(Connection c) {
    super(c, Kind.CLOSE);
  }

  void start(CloseReason why, Handler<CloseOutcome> completion) {
    claim();
    reason = why;
    handler = completion;
    initiate(completion);
  }

  @Override
  void begin() {
    step = Step.TAKE_TURN;
    error = null;
    cameLate = c.hasEnded();
    if (!cameLate) {
      c.liveness.closingStarted();
    }
  }

  @Override
  Next advance() {
    if (c.hasEnded()) {
      return afterEnd();
    }
    switch (step) {
      case TAKE_TURN -> {
        if (!c.isEstablished()) {
          c.abandon(); // there is nobody to say goodbye to yet
          return Next.AGAIN;
        }
        step = Step.SEND;
        return c.turn.take(this) ? Next.AGAIN : Next.SUSPENDED;
      }
      case SEND -> {
        if (cancelRequested != null) {
          error = cancelledBeforeSending(cancelRequested);
          return Next.DONE;
        }
        c.beginClosing();
        buffer = c.closeFrame(reason);
        step = Step.SENT;
        send(buffer);
        c.operations.reader.drain(); // already now: the peer may read only after it has been read
        return Next.SUSPENDED;
      }
      case SENT -> {
        sent();
        if (ioError != null) {
          c.fail(ioError, this);
          return Next.AGAIN;
        }
        if (Objects.requireNonNull(buffer).hasRemaining()) {
          send(buffer);
          return Next.SUSPENDED;
        }
        releaseBuffer();
        c.closeFrameSent(reason);
        step = Step.AWAIT_END;
        // Whether or not this waits for the turn: the peer's close wants an answer.
        c.operations.reader.drain();
        return Next.SUSPENDED;
      }
      case AWAIT_END -> {
        return Next.SUSPENDED;
      }
    }
    throw new AssertionError(step);
  }

  private Next afterEnd() {
    if (step == Step.SENT) {
      sent();
    }
    error = cameLate || c.isClosed() ? null : c.notOpen(this);
    return Next.DONE;
  }

  private IOException cancelledBeforeSending(CancellationType type) {
    return StreamException.cancelled(
        type, "close cancelled before its frame was sent; the WebSocket is usable");
  }

  @Override
  void ended() {
    super.ended();
    if (isRunning() && step == Step.AWAIT_END) {
      resumeLater();
    }
  }

  @Override
  void cancelled(CancellationType type) {
    if (step == Step.SEND && c.turn.leave(this)) {
      error = cancelledBeforeSending(type);
      finishNow();
    } else if (step == Step.SEND) {
      remember(type);
    } else if (type == CancellationType.TERMINAL && !c.hasEnded()) {
      c.fail(
          StreamException.cancelled(
              type, "close cancelled before the peer answered; the layer below is closed"),
          this);
    }
  }

  @Override
  Next broken() {
    error = c.notOpen(this);
    return Next.DONE;
  }

  @Override
  void finish() {
    releaseBuffer();
    if (error != null && c.isOpen()) { // else the peer's close goes on, and its clock
      c.liveness.closingCancelled();
    }
    if (c.turn.isHeldBy(this)) {
      c.turn.pass(this);
    }
    complete(Objects.requireNonNull(handler));
  }

  @Override
  void deliver() {
    Handler<CloseOutcome> target = Objects.requireNonNull(handler);
    IOException failure = error;
    handler = null;
    error = null;
    CloseOutcome outcome = failure == null ? c.outcome() : null;
    release();
    target.completed(failure, outcome);
  }
}
