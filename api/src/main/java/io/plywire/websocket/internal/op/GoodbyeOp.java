// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.internal.protocol.Violation;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Says goodbye to the peer: in answer to its close frame, or because of what it did wrong. Sends a
 * close frame in its turn unless one was sent before, then has the layer below say its own goodbye
 * (RFC 6455 §7.1).
 */
abstract class GoodbyeOp extends CallOp {
  private enum Step {
    /** There is no reason to. */
    NONE,
    TURN,
    SENT,
    TORN_DOWN
  }

  private final ControlSender sender = new ControlSender(this);
  private Step step = Step.NONE;
  private CloseReason reason = CloseReason.NORMAL;
  private @Nullable IOException violation; // what is reported once the peer has been told

  GoodbyeOp(Connection c, Kind kind) {
    super(c, kind);
  }

  /** Returns this if there is a call that is told how the connection fails, else null. */
  abstract @Nullable CallOp toBeTold();

  /** Tells whether {@link #goodbye} has the next step. */
  final boolean isSayingGoodbye() {
    return step != Step.NONE;
  }

  /** Answers the peer's close frame. */
  final Next answerClose(CloseReason answer) {
    reason = answer;
    return c.closeSent ? tearDown() : takeTurn();
  }

  /** Tells the peer about a violation, then the caller. */
  final Next violated(Violation found) {
    return violated(
        new WebSocketException(found.error(), found.detail(), null), found.error().closeCode());
  }

  /** Tells the peer that we end the connection, then the caller why. */
  final Next violated(IOException cause, int closeCode) {
    violation = cause;
    c.beginClosing();
    return answerClose(CloseReason.of(closeCode));
  }

  private Next takeTurn() {
    step = Step.TURN;
    return c.turn.take(this) ? Next.AGAIN : Next.SUSPENDED;
  }

  /** Makes the next step. */
  final Next goodbye() {
    return switch (step) {
      case NONE -> throw new IllegalStateException("there is nothing to say");
      case TURN -> sendClose();
      case SENT -> afterClose();
      case TORN_DOWN -> afterTeardown();
    };
  }

  private Next sendClose() {
    if (c.hasEnded()) {
      step = Step.NONE;
      return Next.AGAIN;
    }
    if (c.closeSent) {
      return tearDown(); // the application closed at the same time
    }
    step = Step.SENT;
    return sender.sendClose(reason);
  }

  private Next afterClose() {
    ControlSender.Progress progress = sender.sent();
    if (c.hasEnded()) {
      step = Step.NONE;
      return Next.AGAIN;
    }
    return switch (progress) {
      // The peer may have gone without waiting for an answer; what it said stands. One that has not
      // would wait for it as we for its goodbye, so there is none.
      case FAILED -> afterTeardown();
      case PARTLY -> sender.sendRest();
      case WHOLLY -> {
        c.closeFrameSent(reason);
        yield tearDown();
      }
    };
  }

  private Next tearDown() {
    step = Step.TORN_DOWN;
    c.next.asyncTeardown(c.role(), this);
    return Next.SUSPENDED;
  }

  private Next afterTeardown() {
    step = Step.NONE;
    if (violation != null) {
      c.fail(violation, toBeTold());
    } else {
      c.closed(ioError);
    }
    return Next.AGAIN;
  }

  /** Gives back what saying goodbye, or being kept from it, has left. */
  final void forgetGoodbye() {
    sender.end();
  }
}
