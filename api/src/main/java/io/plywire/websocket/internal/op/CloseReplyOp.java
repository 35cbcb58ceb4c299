// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.CloseReason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The end that the peer gives cause for, by its close frame or by a violation: sends a close frame
 * in its turn, unless the application's close sends one, and has the layer below torn down (RFC
 * 6455 §7.1). It keeps the turn, so that nothing follows its frame.
 */
final class CloseReplyOp extends Machine {
  private enum Step {
    /** The turn is ours. */
    SEND,
    /** The next layer has taken some of the frame. */
    SENT,
    /** A close frame of this side has gone. */
    TEAR_DOWN,
    /** The layer below is torn down, or has failed at it. */
    TORN_DOWN
  }

  private final ControlSender sender = new ControlSender(this);
  private CloseReason reason = CloseReason.NORMAL;
  private @Nullable IOException violation; // what is reported once the peer has been told
  private Step step = Step.SEND;

  CloseReplyOp(Connection c) {
    super(c, Kind.REPLY);
  }

  /** Answers the peer's close frame. */
  void answer(CloseReason reply) {
    start(reply, null);
  }

  /** Tells the peer that we end the connection, and then who reads why. */
  void refuse(CloseReason why, IOException cause) {
    start(why, cause);
  }

  private void start(CloseReason why, @Nullable IOException cause) {
    if (!isIdle()) {
      return; // the end that has begun stands, whatever else turns up meanwhile
    }
    reason = why;
    violation = cause;
    if (c.lifecycle.isCloseSent()) {
      step = Step.TEAR_DOWN;
      resumeLater();
    } else {
      step = Step.SEND;
      startInTurn();
    }
  }

  /** The application's close has sent a close frame, and keeps the turn that this may wait for. */
  void closeFrameSent() {
    if (c.turn.leave(this)) {
      step = Step.TEAR_DOWN;
      resumeLater();
    }
  }

  @Override
  Next advance() {
    return switch (step) {
      case SEND -> send();
      case SENT -> afterSend();
      case TEAR_DOWN -> tearDown();
      case TORN_DOWN -> afterTeardown();
    };
  }

  private Next send() {
    if (c.lifecycle.hasEnded()) {
      return Next.DONE;
    }
    assert !c.lifecycle.isCloseSent() : "a second close frame";
    step = Step.SENT;
    return sender.sendClose(reason);
  }

  private Next afterSend() {
    ControlSender.Progress progress = sender.sent();
    if (c.lifecycle.hasEnded()) {
      return Next.DONE;
    }
    return switch (progress) {
      // The peer may have gone without waiting for an answer; what it said stands. One that has not
      // waits for the rest of it, and would not answer a teardown: so there is none.
      case FAILED -> afterTeardown();
      case PARTLY -> sender.sendRest();
      case WHOLLY -> {
        c.lifecycle.closeFrameSent(reason);
        yield tearDown();
      }
    };
  }

  private Next tearDown() {
    if (c.lifecycle.hasEnded()) {
      return Next.DONE;
    }
    step = Step.TORN_DOWN;
    c.next.asyncTeardown(c.role(), this);
    return Next.SUSPENDED;
  }

  private Next afterTeardown() {
    if (violation != null) {
      c.lifecycle.fail(violation, c.operations.read);
    } else {
      c.lifecycle.closed(ioError);
    }
    return Next.DONE;
  }

  @Override
  void finish() {
    sender.end();
  }
}
