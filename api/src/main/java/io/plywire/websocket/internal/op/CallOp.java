// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.Associated;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Completions;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.OperationPendingException;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A machine that serves calls of the application. There is one object for each kind of operation,
 * used again and again. {@link #claim} takes it for a call, on whatever thread that comes, and
 * throws if it is taken; {@link #deliver} gives it back right before the handler runs. In between
 * all happens on the stream's executor.
 *
 * <pre>
 *   claim → initiate → begin → advance* → finish → deliver
 *   any     any        executor...................  handler's executor
 * </pre>
 *
 * <p>One phase tells how far a call is, and with it on whose stack its machine runs, which decides
 * how the handler may be run. A request to cancel is honoured at once, remembered for a step that
 * can honour it, or ignored.
 */
abstract class CallOp extends Machine implements Runnable, CancellationSlot.Cancellable {
  private enum Phase {
    /** There is no call. */
    FREE,
    /** Taken for a call whose arguments are being stored. Requests to cancel are for the last. */
    CLAIMED,
    /** On the way to the executor. */
    ARRIVING,
    /**
     * Served, and the initiating call is on the stack: no handler may run, but an immediate one.
     */
    IN_CALL,
    /** Served. */
    RUNNING,
    /** Served, and a request to cancel is on the stack: no handler may run. */
    CANCELLING,
    /** Over; the handler is on its way. */
    DELIVERING
  }

  private static final VarHandle PHASE;

  static {
    try {
      PHASE = MethodHandles.lookup().findVarHandle(CallOp.class, "phase", Phase.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("FieldMayBeFinal") // through the handle
  private Phase phase = Phase.FREE;

  private int id; // of the call; tells a late request that was for an earlier one
  private CancellationSlot slot = CancellationSlot.none();
  private @Nullable CancellationSignal toNextLayer; // made when a call can be cancelled

  /** A request that could not be honoured where it came, and may be at a later step. */
  @Nullable CancellationType cancelRequested;

  /** How the call ends. */
  @Nullable IOException error;

  CallOp(Connection c, Kind kind) {
    super(c, kind);
  }

  // ---- the way of a call

  /** Takes this object for a call, if it is free. */
  final boolean tryClaim() {
    return PHASE.compareAndSet(this, Phase.FREE, Phase.CLAIMED);
  }

  /** Takes this object for a call. */
  final void claim() {
    if (!tryClaim()) {
      throw pendingException(kind.label);
    }
  }

  /** Makes the exception for a second call of the same kind. */
  OperationPendingException pendingException(String operation) {
    return new OperationPendingException(operation);
  }

  /** Gives the object back when the call was refused. */
  final void unclaim() {
    assert phase == Phase.CLAIMED : phase;
    PHASE.setRelease(this, Phase.FREE);
  }

  /** Starts to serve the call whose arguments have been stored. */
  final void initiate(Associated handler) {
    assert phase == Phase.CLAIMED : phase;
    id++;
    cancelRequested = null;
    if (c.executor.isCurrent()) {
      listen(handler.cancellationSlot());
      try {
        arrive(Phase.IN_CALL);
      } finally {
        leave(Phase.IN_CALL, Phase.RUNNING);
      }
    } else {
      PHASE.setRelease(this, Phase.ARRIVING);
      listen(handler.cancellationSlot());
      c.executor.execute(this);
    }
  }

  private void listen(CancellationSlot to) {
    if (to.isConnected()) {
      slot = to;
      to.assign(this, id);
    }
  }

  private void arrive(Phase as) {
    PHASE.setRelease(this, as);
    error = null;
    begin();
    arrived();
  }

  /** Prepares for the call; on the executor, before the first step. */
  abstract void begin();

  /** Sets the machine going, which rests between two calls; one that does not overrides this. */
  void arrived() {
    drive();
  }

  /** Returns from something that was on the stack, unless the call has ended meanwhile. */
  private void leave(Phase left, Phase to) {
    if (phase == left) {
      PHASE.setRelease(this, to);
    }
  }

  /** Tells whether a call is being served on the executor, its handler not yet on the way. */
  final boolean isRunning() {
    return phase == Phase.RUNNING || phase == Phase.IN_CALL || phase == Phase.CANCELLING;
  }

  /** Tells whether the initiating call is on the stack. */
  final boolean isInCall() {
    return phase == Phase.IN_CALL;
  }

  /** Tells whether the handler is on its way to the executor of the stream, where tasks queue. */
  @SuppressWarnings("ReferenceEquality") // the very same executor, whatever it equals
  final boolean isDeliveredHere(@Nullable Associated handler) {
    return phase == Phase.DELIVERING
        && handler != null
        && Completions.home(handler, c.executor) == c.executor;
  }

  @Override
  final CallOp call() {
    return this;
  }

  /** Sends the handler on its way. The result has been stored. */
  final void complete(Associated handler) {
    assert isRunning() : phase;
    Phase before = phase;
    PHASE.setRelease(this, Phase.DELIVERING);
    if (slot.isConnected()) {
      slot.clear();
      slot = CancellationSlot.none();
    }
    switch (before) {
      case IN_CALL -> Completions.immediately(handler, c.executor, this);
      case CANCELLING -> Completions.post(handler, c.executor, this);
      default -> Completions.later(handler, c.executor, this);
    }
  }

  /** Runs what was posted: the arrival of the call, or its handler. */
  @Override
  public final void run() {
    if (phase == Phase.ARRIVING) {
      arrive(Phase.RUNNING);
    } else {
      try {
        deliver();
      } catch (Throwable e) { // the handler's; it is not the trouble of those who have called
        c.handlerThrew(this, e);
      }
    }
  }

  /**
   * Takes handler and result out of the fields, {@linkplain #release releases}, calls the handler,
   * and throws what that throws.
   */
  abstract void deliver();

  /** Ends the call: this object can be claimed for the next one. */
  final void release() {
    assert phase == Phase.DELIVERING : phase;
    error = null;
    PHASE.setRelease(this, Phase.FREE);
  }

  // ---- its end

  /** Ends the call, in success if there is no reason. */
  final Next end(@Nullable IOException reason) {
    error = reason;
    return Next.DONE;
  }

  /** Ends the call because the connection is not open. */
  final Next endNotOpen() {
    return end(c.lifecycle.notOpen(this));
  }

  /** Ends a call that was started when closing had begun or all was over. */
  final Next endTooLate() {
    return end(c.lifecycle.tooLate(this));
  }

  /** Fails the connection, if it has not ended before, and the call with it. */
  final Next fail(IOException cause) {
    c.lifecycle.fail(isEndedByRequest(cause) ? cancelledByForce() : cause, this);
    return endNotOpen();
  }

  @Override
  Next broken() {
    return endNotOpen();
  }

  // ---- cancellation

  @Override
  public final void cancel(long callId, CancellationType type) {
    if (c.executor.isCurrent()) {
      requestCancellation(callId, type);
    } else {
      c.executor.execute(() -> requestCancellation(callId, type));
    }
  }

  private void requestCancellation(long callId, CancellationType type) {
    Phase now = (Phase) PHASE.getAcquire(this);
    if (callId != id) {
      return;
    }
    switch (now) {
      case ARRIVING -> remember(type);
      case IN_CALL, RUNNING, CANCELLING -> {
        PHASE.setRelease(this, Phase.CANCELLING);
        try {
          cancelled(type);
        } finally {
          leave(Phase.CANCELLING, now);
        }
      }
      default -> {} // too late
    }
  }

  /** Honours a request, remembers it for a later step, or ignores it. */
  abstract void cancelled(CancellationType type);

  /** Keeps a request for the next step that can honour it. */
  final void remember(CancellationType type) {
    if (cancelRequested != CancellationType.TERMINAL) {
      cancelRequested = type;
    }
  }

  /** Asks the next layer to end what it does for this operation, whatever the cost. */
  final void cancelNextLayer() {
    remember(CancellationType.TERMINAL);
    if (toNextLayer != null) {
      toNextLayer.emit(CancellationType.TERMINAL);
    }
  }

  /** Makes the error of a call that was ended by {@link #cancelNextLayer}. */
  abstract StreamException cancelledByForce();

  /** Tells whether the next layer ended its operation because {@link #cancelNextLayer} asked. */
  final boolean isEndedByRequest(IOException cause) {
    return cancelRequested == CancellationType.TERMINAL
        && cause instanceof OperationException known
        && known.condition() == ErrorCondition.ABORTED;
  }

  @Override
  public final CancellationSlot cancellationSlot() {
    if (!slot.isConnected()) {
      return CancellationSlot.none();
    }
    if (toNextLayer == null) {
      toNextLayer = new CancellationSignal();
    }
    return toNextLayer.slot();
  }
}
