// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.Associated;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Completions;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.OperationException;
import io.plywire.stream.OperationPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A composed operation: a machine that makes one step after the other, and the application's call
 * it serves.
 *
 * <p>The machine. {@link #advance} makes one step and says what follows. A step that starts
 * something on the next layer returns {@code SUSPENDED}; if the answer comes while the step is
 * still running, the driver loops instead of recurring, so a chain of immediate completions needs
 * no stack. Whoever resumes an operation from another one does so with {@link #resumeLater}: the
 * code of one operation never runs in the stack of another.
 *
 * <p>The call. There is one object for each kind of operation, used again and again. {@code claim}
 * takes it for a call, on whatever thread that comes, and throws if it is taken; {@link #deliver}
 * gives it back right before the handler runs. In between all happens on the stream's executor.
 *
 * <pre>
 *   claim → initiate → begin → advance* → finish → deliver
 *   any     any        executor...................  handler's executor
 * </pre>
 */
abstract class Op implements Runnable, IoHandler, CancellationSlot.Cancellable {
  /** What follows a step. */
  enum Next {
    /** Another step at once. */
    AGAIN,
    /** Nothing until somebody resumes the operation. */
    SUSPENDED,
    /** The end: the result is known. */
    DONE
  }

  private enum Phase {
    /** No call is being served. */
    IDLE,
    /** Claimed, and on its way to the executor. */
    ARRIVING,
    /** Being served. */
    RUNNING,
    /** Served; the handler is on its way. */
    DELIVERING
  }

  private static final VarHandle CLAIMED;
  private static final VarHandle PHASE;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      CLAIMED = lookup.findVarHandle(Op.class, "claimed", boolean.class);
      PHASE = lookup.findVarHandle(Op.class, "phase", Phase.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Connection c;
  final Kind kind;
  private @Nullable Runnable arrival; // made when a call comes from another thread first
  private @Nullable Runnable resumption; // made when another operation resumes this one first

  // The call.
  @SuppressWarnings("unused") // through CLAIMED
  private boolean claimed;

  @SuppressWarnings("FieldMayBeFinal") // through PHASE
  private Phase phase = Phase.IDLE;

  private long id; // of the call; tells a late cancellation of an earlier call
  private CancellationSlot slot = CancellationSlot.none();
  private @Nullable CancellationSignal
      inner; // to the next layer; made when a call can be cancelled
  private boolean initiating; // within the initiating call
  private boolean cancelling; // within a cancellation request

  /** A request that could not be honoured where it came, and may be at a later step. */
  @Nullable CancellationType cancelRequested;

  // The machine.
  private boolean advancing;
  private boolean resumed;
  private boolean suspended;
  private boolean posted;

  /** How the next layer's last operation for this one ended. */
  @Nullable IOException ioError;

  long ioBytes;

  Op(Connection c, Kind kind) {
    this.c = c;
    this.kind = kind;
  }

  // ---- the call

  /** Takes this object for a call. */
  final void claim() {
    if (!CLAIMED.compareAndSet(this, false, true)) {
      throw pendingException(kind.label);
    }
  }

  /** Makes the exception for a second call of the same kind. */
  OperationPendingException pendingException(String operation) {
    return new OperationPendingException(operation);
  }

  /** Gives the object back when the call was refused. */
  final void unclaim() {
    CLAIMED.setRelease(this, false);
  }

  /** Starts to serve the call whose arguments have been stored. */
  final void initiate(Associated handler) {
    id++;
    cancelRequested = null;
    PHASE.setRelease(this, Phase.ARRIVING);
    slot = handler.cancellationSlot();
    slot.assign(this, id);
    if (c.executor.isCurrent()) {
      initiating = true;
      try {
        arrive();
      } finally {
        initiating = false;
      }
    } else {
      if (arrival == null) {
        arrival = this::arrive;
      }
      c.executor.execute(arrival);
    }
  }

  private void arrive() {
    PHASE.setRelease(this, Phase.RUNNING);
    begin();
    if (suspended) { // the machine is still at what it did for a call before
      CancellationType request = cancelRequested;
      if (request != null) {
        cancelRequested = null;
        cancelled(request);
      }
    } else if (!advancing && !posted) {
      drive();
    }
  }

  /** Prepares the machine for the call; on the executor, before the first step. */
  abstract void begin();

  /** Tells whether a call is being served on the executor, its handler not yet on the way. */
  final boolean isRunning() {
    return phase == Phase.RUNNING;
  }

  /** Tells whether the current step runs within the initiating call of the operation. */
  final boolean isInitiating() {
    return initiating;
  }

  /** Sends the handler on its way. The result has been stored. */
  final void complete(Associated handler) {
    PHASE.setRelease(this, Phase.DELIVERING);
    slot.clear();
    slot = CancellationSlot.none();
    if (cancelling) {
      Completions.post(handler, c.executor, this);
    } else if (initiating) {
      initiating = false; // what is done for later calls is not done within this one
      Completions.immediately(handler, c.executor, this);
    } else {
      Completions.later(handler, c.executor, this);
    }
  }

  /**
   * Takes handler and result out of the fields, {@linkplain #release releases}, calls the handler.
   */
  abstract void deliver();

  /** Runs the handler, as a task. */
  @Override
  public final void run() {
    deliver();
  }

  /** Ends the call: this object can be claimed for the next one. */
  final void release() {
    PHASE.setRelease(this, Phase.IDLE);
    CLAIMED.setRelease(this, false);
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
    if (now == Phase.ARRIVING) {
      remember(type);
    } else if (now == Phase.RUNNING) {
      cancelling = true;
      try {
        cancelled(type);
      } finally {
        cancelling = false;
      }
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
    if (inner != null) {
      inner.emit(CancellationType.TERMINAL);
    }
  }

  /** Tells whether the next layer ended its operation because {@link #cancelNextLayer} asked. */
  final boolean isEndedByRequest(IOException cause) {
    return cancelRequested == CancellationType.TERMINAL
        && cause instanceof OperationException known
        && known.condition() == ErrorCondition.ABORTED;
  }

  // ---- the machine

  /** Makes one step. */
  abstract Next advance();

  /** The single exit: gives back turn and buffers, then {@linkplain #complete completes}. */
  abstract void finish();

  /** The connection has ended; an operation that waits for anything but the next layer goes on. */
  void ended() {
    if (c.turn.leave(this)) {
      resumeLater();
    }
  }

  final void drive() {
    advancing = true;
    suspended = false;
    Next next;
    do {
      resumed = false;
      next = step();
    } while (next == Next.AGAIN || (next == Next.SUSPENDED && resumed));
    advancing = false;
    suspended = next == Next.SUSPENDED;
    if (next == Next.DONE) {
      finish();
    }
  }

  /** Ends an operation that is suspended and that nobody will resume any more. */
  final void finishNow() {
    suspended = false;
    finish();
  }

  private Next step() {
    try {
      return advance();
    } catch (RuntimeException | Error e) {
      // A layer that breaks its contract, or a bug: nothing may hang because of it.
      c.fail(new StreamException(StreamError.IO, this + " broke off: " + e, e), this);
      return broken();
    }
  }

  /** Says how to go on after a step threw; the connection has failed. */
  Next broken() {
    return Next.DONE;
  }

  /** Goes on from a task of its own. The operation is suspended. */
  final void resumeLater() {
    if (!posted) {
      posted = true;
      if (resumption == null) {
        resumption = this::resume;
      }
      c.executor.execute(resumption);
    }
  }

  /** Tells whether the operation is about to go on from a task of its own. */
  final boolean isResuming() {
    return posted;
  }

  /** Tells whether the operation waits to be resumed. */
  final boolean isSuspended() {
    return suspended;
  }

  /** Tells whether the machine is within a step. */
  final boolean isAdvancing() {
    return advancing;
  }

  private void resume() {
    posted = false;
    if (advancing) {
      resumed = true;
    } else {
      drive();
    }
  }

  /** Goes on after an operation of the next layer. */
  @Override
  public final void completed(@Nullable IOException error, long bytes) {
    ioError = error;
    ioBytes = bytes;
    if (advancing) {
      resumed = true;
    } else {
      drive();
    }
  }

  @Override
  public final Executor immediateExecutor() {
    return InlineExecutor.instance();
  }

  @Override
  public final CancellationSlot cancellationSlot() {
    if (!slot.isConnected()) {
      return CancellationSlot.none();
    }
    if (inner == null) {
      inner = new CancellationSignal();
    }
    return inner.slot();
  }

  @Override
  public String toString() {
    return kind.label;
  }
}
