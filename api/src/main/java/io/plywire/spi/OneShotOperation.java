// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Completions;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.StreamExecutor.Timer;
import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operation with an object of its own, such as connecting, accepting or a handshake. Sees to its
 * way to the executor, to cancellation and a deadline, and to its end: whatever ends it first, its
 * handler runs once, after everything was given up that belonged to it.
 *
 * {@snippet :
 * final class ConnectOperation extends OneShotOperation<AsyncStream> {
 *   protected void start() {
 *     limit(timeout);
 *     line.dial(number, answer -> streamExecutor().execute(() -> answered(answer)));
 *   }
 *
 *   private void answered(Line line) {
 *     succeed(new LineStream(line)); // closed again, if the operation was over already
 *   }
 *
 *   protected void ended(@Nullable IOException error) {
 *     line.stopDialing();
 *   }
 * }
 *
 * new ConnectOperation(executor, handler).initiate();
 * }
 *
 * <p>A handler that throws ends nothing but what it was given (A10.6): what was thrown is logged,
 * and the result {@linkplain #discard discarded}.
 *
 * <p>Any request to cancel ends it, unless {@link #honours} says otherwise. {@link #toString}
 * should name the operation: errors quote it.
 *
 * <p>Thread safety: {@link #initiate}, {@link #cancel}, {@link #isOver}, {@link #claimEnd} and
 * {@link #deliverPosted} may be called on any thread, everything else on the operation's executor,
 * which also calls the subclass.
 *
 * @param <T> the type of the result
 * @see StagedOperation for an operation that is made of others
 * @see PendingOperation for reading and writing
 */
public abstract class OneShotOperation<T> implements CancellationSlot.Cancellable {
  /*
   * The way of an operation:
   *
   *   initiate ─┬─ on the executor already ─┬→ start … → claimEnd → ended → release → handler
   *             └─ posted ──────────────────┘
   *
   * The end can be claimed from the moment of the initiation on, so a request that overtakes the
   * operation on its way to the executor simply ends it, and start() is not called any more.
   */

  private static final Logger log = LoggerFactory.getLogger(OneShotOperation.class);

  private static final VarHandle OVER;

  static {
    try {
      OVER = MethodHandles.lookup().findVarHandle(OneShotOperation.class, "over", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final StreamExecutor executor;
  private final Handler<? super T> handler;
  private final CancellationSlot slot;

  private volatile boolean over;
  private volatile @Nullable Timer deadline;
  private @Nullable Thread caller; // while it is in the initiating call, for itself to see

  /**
   * Makes one.
   *
   * @param executor where it runs
   * @param handler gets the result
   */
  protected OneShotOperation(StreamExecutor executor, Handler<? super T> handler) {
    this.executor = Objects.requireNonNull(executor, "executor");
    this.handler = Objects.requireNonNull(handler, "handler");
    this.slot = handler.cancellationSlot();
  }

  // ---- what the subclass says

  /** Begins. What this throws ends the operation. */
  protected abstract void start();

  /**
   * Gives up everything that belongs to the operation; called once, before the handler runs. What
   * this throws is logged, and the handler runs nevertheless.
   *
   * @param error why the operation failed, or null
   */
  protected void ended(@Nullable IOException error) {}

  /**
   * Called right before the handler runs, on the handler's thread: from now on, the next operation
   * may be initiated.
   */
  protected void release() {}

  /**
   * Returns whether the operation can end as asked; so it is unless overridden.
   *
   * @param type what was asked for
   */
  protected boolean honours(CancellationType type) {
    return true;
  }

  /**
   * Makes the error of an operation that a request has ended.
   *
   * @param type what was asked for
   */
  protected IOException cancelled(CancellationType type) {
    return StreamException.cancelled(type, this + " was cancelled, nothing is left of it");
  }

  /**
   * Makes the error of an operation that has reached its deadline.
   *
   * @param timeout from {@link #limit}
   */
  protected IOException timedOut(Duration timeout) {
    return new StreamException(
        StreamError.TIMEOUT, this + " was not done within " + Durations.text(timeout));
  }

  /**
   * Makes the error of an operation whose code, or code that it called, has thrown something.
   *
   * @param thrown what was thrown
   */
  protected IOException brokenOff(Throwable thrown) {
    return new StreamException(StreamError.IO, this + " broke off: " + thrown, thrown);
  }

  /**
   * Disposes of a result that nobody has: it came too late, the handler's executor has refused the
   * handler, or the handler has thrown. Unless overridden it is closed if that is possible.
   *
   * @param result what is left over
   */
  protected void discard(T result) {
    closeQuietly(result);
  }

  /**
   * Called when the handler has thrown something, on the handler's thread. Unless overridden that
   * is logged, and the result {@linkplain #discard discarded}.
   *
   * @param thrown what the handler threw
   * @param result what the handler got, or null
   */
  protected void handlerThrew(Throwable thrown, @Nullable T result) {
    log.error("A handler threw, and what it got is closed: {}", this, thrown);
    if (result != null) {
      discard(result);
    }
  }

  // ---- the way

  /** Returns the executor of this operation. */
  protected final StreamExecutor streamExecutor() {
    return executor;
  }

  /**
   * Sends the operation on its way: to {@link #start}, at once if the caller is on the executor,
   * and otherwise in a task. Called once.
   */
  public void initiate() {
    slot.assign(this, 0);
    if (!executor.isCurrent()) {
      try {
        executor.execute(this::arrive);
      } catch (RuntimeException e) {
        withdraw(); // the call has failed and changed nothing
        throw e;
      }
      return;
    }
    caller = Thread.currentThread();
    try {
      arrive();
    } finally {
      caller = null;
    }
  }

  /**
   * Sends the operation on its way on the calling thread, whichever that is; for operations that
   * must refuse misuse in the call, or whose state is guarded by a lock. What {@link #start} throws
   * is thrown from here, and the operation has never been. To be called from {@link #initiate}.
   */
  protected final void initiateHere() {
    slot.assign(this, 0);
    caller = Thread.currentThread();
    try {
      start();
    } catch (RuntimeException | Error e) {
      if (withdraw()) {
        throw e;
      }
    } finally {
      caller = null;
    }
  }

  private void arrive() {
    if (isOver()) {
      return; // cancelled on the way here
    }
    try {
      start();
    } catch (RuntimeException | Error e) {
      breakOff(e);
    }
  }

  /** Ends the operation because of what was thrown, or throws it on if it is over already. */
  final void breakOff(Throwable thrown) {
    if (claimEnd()) {
      deliver(executor, brokenOff(thrown), null);
    } else if (thrown instanceof Error error) {
      throw error;
    } else {
      throw (RuntimeException) thrown;
    }
  }

  /** Ends the operation as if it had never been initiated: its handler will not run. */
  private boolean withdraw() {
    boolean mine = claimEnd();
    if (mine) {
      slot.clear();
      stopTimer();
      release();
    }
    return mine;
  }

  /**
   * Sets the deadline, in place of an earlier one.
   *
   * @param timeout how long the operation may take from now on; zero means without limit
   */
  protected final void limit(Duration timeout) {
    stopTimer();
    if (!timeout.isZero()) {
      deadline = executor.schedule(timeout, () -> expired(timeout));
      if (isOver()) {
        stopTimer(); // somebody else has ended it meanwhile
      }
    }
  }

  private void expired(Duration timeout) {
    if (!isOver()) {
      fail(timedOut(timeout));
    }
  }

  private void stopTimer() {
    Timer timer = deadline;
    if (timer != null) {
      timer.cancel();
      deadline = null;
    }
  }

  // ---- the end

  /** Returns whether the operation has ended. */
  public final boolean isOver() {
    return over;
  }

  /**
   * Ends the operation with a result, or {@linkplain #discard discards} that if it is over.
   *
   * @param result what the handler gets
   */
  protected final void succeed(T result) {
    if (claimEnd()) {
      deliver(executor, null, result);
    } else {
      discard(result);
    }
  }

  /**
   * Ends the operation with an error, unless it is over.
   *
   * @param error what the handler gets
   */
  protected final void fail(IOException error) {
    if (claimEnd()) {
      deliver(executor, error, null);
    }
  }

  /**
   * Makes the caller the one who ends the operation; {@link #deliver} or {@link #deliverPosted}
   * must follow. For results that are not there yet when nothing can stop them any more, and for
   * ends that come from other threads. An operation that is guarded by a lock overrides this to
   * take it.
   *
   * @return false if the operation was over
   */
  protected boolean claimEnd() {
    return OVER.compareAndSet(this, false, true);
  }

  /**
   * Has the handler run, once {@link #claimEnd} has returned true.
   *
   * @param where the executor on which the handler runs unless it brings its own: that of the
   *     operation, or the one of its result; the caller is there
   * @param error why the operation failed, or null
   * @param result the result, or null
   */
  protected final void deliver(
      StreamExecutor where, @Nullable IOException error, @Nullable T result) {
    Delivery delivery = giveUp(error, result);
    try {
      if (caller == Thread.currentThread()) {
        Completions.immediately(handler, where, delivery);
      } else {
        Completions.later(handler, where, delivery);
      }
    } catch (RuntimeException e) {
      delivery.failed();
      throw e;
    }
  }

  /**
   * Posts the handler, once {@link #claimEnd} has returned true; on any thread. A handler whose
   * executor refuses it is lost with a line in the log.
   *
   * @param error why the operation failed, or null
   * @param result the result, or null
   */
  protected final void deliverPosted(@Nullable IOException error, @Nullable T result) {
    Delivery delivery = giveUp(error, result);
    try {
      Completions.post(handler, executor, delivery);
    } catch (RuntimeException e) {
      log.error("The executor of a handler refused to run it: {}", this, e);
      delivery.failed();
    }
  }

  private Delivery giveUp(@Nullable IOException error, @Nullable T result) {
    slot.clear();
    stopTimer();
    try {
      ended(error);
    } catch (RuntimeException | Error e) {
      log.error("Not everything that belongs to it could be given up: {}", this, e);
    }
    return new Delivery(error, result);
  }

  /** Calls the handler, wherever that wants to run. */
  private final class Delivery implements Runnable {
    private final @Nullable IOException error;
    private final @Nullable T result;
    private boolean begun;

    Delivery(@Nullable IOException error, @Nullable T result) {
      this.error = error;
      this.result = result;
    }

    @Override
    public void run() {
      begun = true;
      release();
      try {
        handler.completed(error, result);
      } catch (Throwable e) { // whatever it is, it is not the trouble of those who have called
        handlerThrew(e, result);
      }
    }

    /** Running this has failed, or the attempt to have it run. */
    void failed() {
      if (!begun) {
        release();
        if (result != null) {
          discard(result);
        }
      }
    }
  }

  // ---- cancellation

  @Override
  public final void cancel(long id, CancellationType type) {
    executor.execute(() -> requested(type));
  }

  /**
   * Called when the operation was asked to end and is not over. Unless overridden it fails with
   * {@link #cancelled} if it {@link #honours} the request.
   *
   * @param type what was asked for
   */
  void requested(CancellationType type) {
    if (!isOver() && honours(type)) {
      fail(cancelled(type));
    }
  }

  /**
   * Closes something that is not needed any more; what goes wrong is logged. For {@link #ended} and
   * {@link #discard}.
   *
   * @param maybeOpen what is {@linkplain Closeable closed} if that is possible; may be null
   */
  protected static void closeQuietly(@Nullable Object maybeOpen) {
    if (maybeOpen instanceof Closeable open) {
      try {
        open.close();
      } catch (IOException | RuntimeException e) {
        log.debug("{} did not close in order", open, e);
      }
    }
  }
}
