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
 * and waits until the peer's close frame has been read and the layer below is torn down.
 *
 * <p>The reader does all reading: for the application's read while there is one, else for this.
 */
final class CloseOp extends CallOp {
  private enum Step {
    /** The connection had ended before the call. */
    TOO_LATE,
    TAKE_TURN,
    /** The turn is ours. */
    SEND,
    /** The next layer has taken some of the frame. */
    SENT,
    /** The rest is the peer's, the reader's and the layer's below. */
    AWAIT_END
  }

  private static final Handler<CloseOutcome> NOBODY = (error, outcome) -> {};

  private final ControlSender sender = new ControlSender(this);
  private volatile @Nullable CloseReason wanted; // without a call, and not begun yet

  private @Nullable Handler<CloseOutcome> handler;
  private @Nullable Handler<Void> outputHandler; // in its place, of a call that closes the output
  private CloseReason reason = CloseReason.NORMAL;
  private boolean outputClosed; // by an earlier call, whose frame is out
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

  /** Sends the close frame, and leaves the rest to whoever reads. */
  void startOutput(CloseReason why, Handler<Void> completion) {
    claim();
    reason = why;
    outputHandler = completion;
    initiate(completion);
  }

  private boolean isOfOutput() {
    return outputHandler != null;
  }

  /**
   * Closes for nobody who waits. A call that is outstanding does as well, unless it is cancelled.
   */
  void startWithoutCall(CloseReason why) {
    wanted = why;
    startWanted();
  }

  private void startWanted() {
    CloseReason why = wanted;
    if (why != null && tryClaim()) {
      wanted = null;
      reason = why;
      handler = NOBODY;
      initiate(NOBODY);
    }
  }

  @Override
  void begin() {
    if (c.lifecycle.hasEnded()) {
      step = Step.TOO_LATE;
    } else {
      step = Step.TAKE_TURN;
      c.liveness.closingStarted();
    }
  }

  @Override
  Next advance() {
    if (c.lifecycle.hasEnded()) {
      return afterEnd();
    }
    return switch (step) {
      case TAKE_TURN -> takeTurn();
      case SEND -> send();
      case SENT -> afterSend();
      case AWAIT_END -> Next.SUSPENDED;
      case TOO_LATE -> throw new AssertionError(step);
    };
  }

  private Next takeTurn() {
    if (!c.lifecycle.isEstablished()) {
      c.lifecycle.abandon(); // there is no peer yet to close with
      return Next.AGAIN;
    }
    if (isOfOutput() && c.lifecycle.isCloseSent()) {
      return endTooLate();
    }
    if (outputClosed) {
      c.operations.read.drain();
      step = Step.AWAIT_END;
      return Next.SUSPENDED;
    }
    step = Step.SEND;
    return c.turn.take(this) ? Next.AGAIN : Next.SUSPENDED;
  }

  private Next send() {
    if (cancelRequested != null) {
      return end(cancelledBeforeSending(cancelRequested));
    }
    c.lifecycle.beginClosing();
    step = Step.SENT;
    Next next = sender.sendClose(reason);
    if (!isOfOutput()) {
      c.operations.read.drain(); // already now: the peer may read only after it has been read
    }
    return next;
  }

  private Next afterSend() {
    return switch (sender.sent()) {
      case FAILED -> fail(failure());
      case PARTLY -> sender.sendRest();
      case WHOLLY -> {
        c.lifecycle.closeFrameSent(reason);
        step = Step.AWAIT_END;
        c.operations.closeFrameSent();
        outputClosed = isOfOutput();
        yield outputClosed ? Next.DONE : Next.SUSPENDED;
      }
    };
  }

  private Next afterEnd() {
    if (step == Step.SENT) {
      sender.sent();
    }
    if (isOfOutput()) {
      return step == Step.TOO_LATE ? endTooLate() : endNotOpen();
    }
    return step == Step.TOO_LATE || c.lifecycle.isClosed() ? Next.DONE : endNotOpen();
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
      remember(type); // the turn is ours, and the next step will see
    } else if (type == CancellationType.TERMINAL && !c.lifecycle.hasEnded()) {
      c.lifecycle.fail(cancelledByForce(), this);
    }
  }

  @Override
  StreamException cancelledByForce() {
    return StreamException.cancelled(
        CancellationType.TERMINAL,
        "close cancelled before the peer answered; the layer below is closed");
  }

  @Override
  void finish() {
    if (error != null && c.lifecycle.isOpen()) { // else the peer's close goes on, and its clock
      c.liveness.closingCancelled();
    }
    sender.end();
    Handler<Void> ofOutput = outputHandler;
    complete(ofOutput != null ? ofOutput : Objects.requireNonNull(handler));
  }

  @Override
  void deliver() {
    Handler<CloseOutcome> target = handler;
    Handler<Void> outputTarget = outputHandler;
    IOException failure = error;
    handler = null;
    outputHandler = null;
    CloseOutcome outcome = failure == null ? c.lifecycle.outcome() : null;
    release();
    if (outputTarget != null ? !c.lifecycle.hasEnded() : failure != null && c.lifecycle.isOpen()) {
      startWanted();
    }
    if (outputTarget != null) {
      outputTarget.completed(failure, null);
    } else {
      Objects.requireNonNull(target).completed(failure, outcome);
    }
  }
}
