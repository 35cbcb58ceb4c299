// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What goes on step by step on the executor of a connection, and waits in between: for the next
 * layer, for its turn to write, or until somebody wants it.
 *
 * <p>{@link #advance} makes one step and says what follows. A step that starts something on the
 * next layer is followed by {@code SUSPENDED}; the layer answers to {@link #completed}. If it does
 * so while the step is still running, the answer is only noted, and the driver loops instead of
 * recurring: a chain of immediate answers needs no stack.
 *
 * <p>Whoever else has a machine go on, because it has the turn now or because the connection has
 * ended, calls {@link #resumeLater}. So no machine makes a step because another one is just making
 * one, and each finds the connection as a whole step has left it.
 *
 * <pre>
 *   IDLE | SUSPENDED | POSTED  →  STEPPING (⇄ ANSWERED)  →  IDLE | SUSPENDED | POSTED
 *   IDLE | SUSPENDED  →  POSTED
 * </pre>
 */
abstract class Machine implements IoHandler {
  /** What follows a step. */
  enum Next {
    /** Another step at once. */
    AGAIN,
    /** Another step, in a task of its own: others go first. */
    LATER,
    /** Nothing until somebody resumes the machine. */
    SUSPENDED,
    /** Nothing: that was the last step. */
    DONE
  }

  private enum State {
    /** Nothing is going on. */
    IDLE,
    /** A step is running. */
    STEPPING,
    /** A step is running, and what it started on the next layer has answered already. */
    ANSWERED,
    /** Between two steps, until an answer of the next layer or {@link #resumeLater}. */
    SUSPENDED,
    /** The next step has a task of its own, which is on its way. */
    POSTED
  }

  final Connection c;
  final Kind kind;
  private @Nullable Runnable resumption; // made when it is posted first
  private State state = State.IDLE;

  /** How the next layer's last operation for this one ended. */
  @Nullable IOException ioError;

  long ioBytes;

  Machine(Connection c, Kind kind) {
    this.c = c;
    this.kind = kind;
  }

  /** Makes one step. */
  abstract Next advance();

  /** Follows the last step: gives back turn and buffers. */
  abstract void finish();

  /** Returns the call that is served, to be told if this fails; null for a machine without one. */
  @Nullable CallOp call() {
    return null;
  }

  /** The connection has ended. What waits for anything but the next layer goes on, to end, too. */
  void ended() {
    if (c.turn.leave(this)) {
      resumeLater();
    }
  }

  /** Tells whether nothing is going on, nor about to. */
  final boolean isIdle() {
    return state == State.IDLE;
  }

  /** Tells whether this waits to be resumed. */
  final boolean isSuspended() {
    return state == State.SUSPENDED;
  }

  /** Tells whether a step is running: the caller is inside it, if on the executor. */
  final boolean isStepping() {
    return state == State.STEPPING || state == State.ANSWERED;
  }

  /** Tells whether what the step that is running has started on the next layer has answered. */
  final boolean hasAnswer() {
    return state == State.ANSWERED;
  }

  /** Sets an idle machine going that needs the turn from its first step on. */
  final void startInTurn() {
    assert isIdle() : this + " is started while " + state;
    state = State.SUSPENDED;
    if (c.turn.take(this)) {
      resumeLater();
    }
  }

  /** Makes steps until there is something to wait for, or nothing to do. */
  final void drive() {
    assert !isStepping() : this + " is driven from inside a step of its own";
    state = State.STEPPING;
    Next next = step();
    while (next == Next.AGAIN || (next == Next.SUSPENDED && state == State.ANSWERED)) {
      if (state != State.STEPPING) {
        state = State.STEPPING;
      }
      next = step();
    }
    switch (next) {
      case LATER -> {
        state = State.SUSPENDED;
        resumeLater();
      }
      case DONE -> {
        state = State.IDLE;
        finish();
      }
      default -> state = State.SUSPENDED;
    }
  }

  private Next step() {
    try {
      return advance();
    } catch (RuntimeException | Error e) {
      // A layer that breaks its contract, or a bug: nothing may hang because of it.
      c.lifecycle.fail(new StreamException(StreamError.IO, this + " broke off: " + e, e), call());
      return broken();
    }
  }

  /** Says how to go on after a step threw; the connection has failed. */
  Next broken() {
    return Next.DONE;
  }

  /** Ends what waits, and what nobody will resume any more. */
  final void finishNow() {
    assert isSuspended() : this + " ends while " + state;
    state = State.IDLE;
    finish();
  }

  /** Goes on from a task of its own. */
  final void resumeLater() {
    assert !isStepping() : this + " is resumed from inside a step of its own";
    if (state != State.POSTED) {
      state = State.POSTED;
      if (resumption == null) {
        resumption = this::resume;
      }
      c.executor.execute(resumption);
    }
  }

  private void resume() {
    assert state == State.POSTED : this + " is resumed while " + state;
    drive();
  }

  /** Goes on after an operation of the next layer. */
  @Override
  public final void completed(@Nullable IOException error, long bytes) {
    ioError = error;
    ioBytes = bytes;
    switch (state) {
      case STEPPING -> state = State.ANSWERED;
      case SUSPENDED -> drive();
      default -> {} // a layer that answers what it was not asked, such as a call that it refused
    }
  }

  /** Returns why the next layer's last operation failed, which it did. */
  final IOException failure() {
    return Objects.requireNonNull(ioError);
  }

  @Override
  public final Executor immediateExecutor() {
    return InlineExecutor.instance();
  }

  @Override
  public String toString() {
    return kind.label;
  }
}
