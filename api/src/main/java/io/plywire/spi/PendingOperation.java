// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One direction of a stream: sees to it that one operation is pending at a time, and to the whole
 * way of an operation, from the initiating call to its handler. What remains for the subclass is
 * the work itself. One object serves one operation after the other, and makes no garbage.
 *
 * {@snippet :
 * final class ReadOperation extends PendingOperation {
 *   private @Nullable ByteBuffer target;
 *
 *   void initiate(ByteBuffer into, IoHandler handler) {
 *     claim("asyncReadSome"); // throws if a read is pending
 *     target = into;
 *     initiate(handler, stream.isOpen());
 *   }
 *
 *   protected void start() {
 *     int n = stream.tryRead(target);
 *     if (n > 0) {
 *       end(null, n); // within the initiating call, or not; that is known here
 *     } // else it waits, until somebody calls end(...)
 *   }
 *
 *   protected void ended(@Nullable IOException error, long bytes) {
 *     target = null;
 *   }
 * }
 * }
 *
 * <p>An operation that waits has touched nothing, neither the stream nor the caller's buffers,
 * unless {@link #moved} says so. Then a request to cancel ends it whatever its type, and the stream
 * stays as it was; {@link #honours} may say otherwise.
 *
 * <p>After the end of the stream (N7), operations that were initiated before fail with {@link
 * StreamError#ABORTED}, and those that are initiated later with {@link StreamError#CLOSED}.
 *
 * <p>A handler that throws ends its stream and nothing else (A10.6): what was thrown is logged, and
 * the stream {@linkplain #closeStream closed}.
 *
 * <p>{@link #toString} should name the stream: errors and the log quote it.
 *
 * <p>Thread safety: {@link #claim}, {@link #initiate}, {@link #pending} and {@link #cancel} may be
 * called on any thread, everything else on the stream's executor, which also calls the subclass.
 *
 * @see OneShotOperation for what has no direction, such as connecting
 */
public abstract class PendingOperation extends IoCompletion
    implements CancellationSlot.Cancellable {
  /*
   * The way of an operation:
   *
   *   claim → initiate ─┬─ on the executor already ─┬→ start ─┬──────────→ end → handler
   *                     └─ posted → run ────────────┘         └→ (waits) ─┘
   *
   * Before start() it may turn out that the operation must not begin: the stream was closed, or a
   * request to cancel has overtaken the operation. Requests come over the executor, too, and one
   * for an operation that has not arrived is kept until it does; ids tell for which one it is.
   *
   * What belongs to the operation (handler, open, the subclass's arguments) is passed on from the
   * caller's thread to the executor by way of the executor's queue, and from there to the caller of
   * the next operation by way of the claim. The phase and early requests are the executor's alone,
   * so that it can tell at any time whether an operation waits, also while somebody claims.
   */

  private static final Logger log = LoggerFactory.getLogger(PendingOperation.class);

  private static final VarHandle PENDING;

  static {
    try {
      PENDING =
          MethodHandles.lookup().findVarHandle(PendingOperation.class, "pending", String.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private enum Phase {
    /** No operation is here: there is none, or it has not arrived yet, or its handler is due. */
    AWAY,
    /** {@link #start} runs within the initiating call. */
    STARTING_IN_CALL,
    /** {@link #start} runs in a task of its own. */
    STARTING,
    /** {@link #start} has returned, and the operation has not ended. */
    WAITING
  }

  /** A request to cancel an operation that has not arrived yet, or one that is over. */
  private record EarlyRequest(int id, CancellationType type) {}

  /** The name of the initiating method. */
  private volatile @Nullable String pending;

  // Of whoever holds the claim.
  private int id;
  private boolean open;
  private @Nullable IoHandler handler;

  // Of the executor.
  private Phase phase = Phase.AWAY;
  private @Nullable EarlyRequest early;

  /**
   * Makes one.
   *
   * @param streamExecutor the executor of the stream
   */
  protected PendingOperation(StreamExecutor streamExecutor) {
    super(streamExecutor);
  }

  // ---- what the subclass says

  /**
   * Does what can be done now. Calls {@link #end} if that is all; if not, the operation waits until
   * somebody does. What this throws ends the operation as well.
   */
  protected abstract void start();

  /**
   * Lets go of everything that belongs to the operation that has just ended; called before its
   * handler runs. What this throws is logged, and the handler runs nevertheless.
   *
   * @param error why the operation failed, or null
   * @param bytes how many bytes were moved
   */
  protected abstract void ended(@Nullable IOException error, long bytes);

  /**
   * Returns what a second operation throws while one is pending.
   *
   * @param operation the name of the one that is pending
   */
  protected abstract IllegalStateException alreadyPending(String operation);

  /** Returns whether the stream was closed, so that nothing must be started any more. */
  protected abstract boolean isOver();

  /**
   * Closes the stream at once, because a handler has thrown: nobody else will. Called on the
   * handler's thread, whichever that is.
   */
  protected abstract void closeStream();

  /** Returns how many bytes the operation that waits has moved; 0 unless overridden. */
  protected long moved() {
    return 0;
  }

  /**
   * Returns whether the operation that waits can end as asked. Unless overridden it can, except
   * that what has moved bytes cannot be undone.
   *
   * @param type what was asked for
   */
  protected boolean honours(CancellationType type) {
    return type != CancellationType.TOTAL || moved() == 0;
  }

  /**
   * Makes the error of an operation that a request has ended; it says what is left of the stream.
   *
   * @param type what was asked for
   */
  protected StreamException cancelled(CancellationType type) {
    return StreamException.cancelled(
        type,
        operation()
            + (moved() == 0
                ? " was cancelled, nothing was transferred, the stream stays as it was"
                : " was cancelled after " + moved() + " bytes, the stream stays usable"));
  }

  /**
   * Ends the operation on a request that is honoured.
   *
   * @param type what was asked for
   */
  protected void endCancelled(CancellationType type) {
    end(cancelled(type), moved());
  }

  /**
   * Returns whose claim this takes: its own unless overridden. Operations that take the same one
   * exclude each other, as a teardown and a write do.
   */
  protected PendingOperation claimHolder() {
    return this;
  }

  /** Returns whether the caller is where an operation can start at once. */
  protected boolean startsHere() {
    return streamExecutor().isCurrent();
  }

  // ---- on the caller's thread

  /**
   * Claims this direction for an operation. The claim ends right before the handler runs. Whoever
   * has it puts the arguments down, and goes on with {@link #initiate}.
   *
   * @param operation the name of the initiating method, for errors
   * @throws IllegalStateException as {@link #alreadyPending} has it, if one is pending
   */
  protected final void claim(String operation) {
    String other = (String) PENDING.compareAndExchange(claimHolder(), null, operation);
    if (other != null) {
      throw alreadyPending(other);
    }
    id++;
  }

  /**
   * Ends the claim. Called right before the handler runs, and by a subclass that does not go on
   * with {@link #initiate}.
   */
  @Override
  protected final void release() {
    PENDING.setRelease(claimHolder(), null);
  }

  /**
   * Sends the operation that has been claimed on its way: to {@link #start}, at once if the caller
   * is on the stream's executor, and otherwise in a task.
   *
   * @param whom the handler
   * @param streamIsOpen whether the stream is open; if not, the operation will be refused
   */
  protected final void initiate(IoHandler whom, boolean streamIsOpen) {
    open = streamIsOpen;
    handler = whom;
    if (startsHere()) {
      arrive(Phase.STARTING_IN_CALL);
      return;
    }
    try {
      whom.cancellationSlot().assign(this, id);
      streamExecutor().execute(this);
    } catch (RuntimeException e) {
      handler = null;
      release(); // the call has failed and changed nothing
      throw e;
    }
  }

  /** Returns the name of the initiating method of the operation that is pending, or null. */
  public final @Nullable String pending() {
    return claimHolder().pending;
  }

  /** Names the operation that is pending; for messages. */
  protected final String operation() {
    return String.valueOf(pending());
  }

  // ---- on the executor

  /** Runs what was posted: an operation that arrives, or the handler of one that has ended. */
  @Override
  public final void run() {
    if (isHeld()) {
      super.run();
    } else {
      arrive(Phase.STARTING);
    }
  }

  private void arrive(Phase starting) {
    phase = starting;
    EarlyRequest request = early;
    early = null;
    if (!open) {
      end(closed(), 0);
    } else if (isOver()) {
      end(aborted(), 0);
    } else if (request != null && request.id == id && honours(request.type)) {
      endCancelled(request.type);
    } else {
      begin(starting);
    }
  }

  private void begin(Phase starting) {
    try {
      start();
    } catch (RuntimeException | Error e) {
      if (phase != starting) {
        throw e; // after the end, which is no handler's doing: those throw nothing at us
      }
      end(new StreamException(StreamError.IO, operation() + " broke off: " + e, e), moved());
      return;
    }
    // An operation that the handler has started meanwhile has left this phase, too.
    if (phase == starting) {
      phase = Phase.WAITING;
      if (starting == Phase.STARTING_IN_CALL) {
        Objects.requireNonNull(handler).cancellationSlot().assign(this, id);
      }
    }
  }

  /** Returns whether an operation has arrived and not ended. */
  public final boolean isWaiting() {
    return phase != Phase.AWAY;
  }

  /** Returns a number that no other operation of this direction has had for long. */
  protected final int id() {
    return id;
  }

  /**
   * Ends the operation that waits. Its handler runs now if that is allowed where this is called.
   *
   * @param error why the operation failed, or null
   * @param bytes how many bytes were moved
   * @throws IllegalStateException if nothing waits
   */
  public final void end(@Nullable IOException error, long bytes) {
    boolean inCall = phase == Phase.STARTING_IN_CALL;
    IoHandler whom = takeHandler(error, bytes);
    if (inCall) {
      immediately(whom, error, bytes);
    } else {
      later(whom, error, bytes);
    }
  }

  /**
   * Ends the operation that waits, where running a handler would be out of place. A handler whose
   * executor refuses it is lost with a line in the log.
   *
   * @param error why the operation failed, or null
   * @param bytes how many bytes were moved
   * @throws IllegalStateException if nothing waits
   */
  public final void endPosted(@Nullable IOException error, long bytes) {
    IoHandler whom = takeHandler(error, bytes);
    try {
      post(whom, error, bytes);
    } catch (RuntimeException e) {
      log.error("The executor of a handler refused to run it: {}", this, e);
    }
  }

  private IoHandler takeHandler(@Nullable IOException error, long bytes) {
    IoHandler whom = handler;
    if (phase == Phase.AWAY || whom == null) {
      throw new IllegalStateException("nothing waits");
    }
    if (phase != Phase.STARTING_IN_CALL) {
      whom.cancellationSlot().clear();
    }
    phase = Phase.AWAY;
    handler = null;
    try {
      ended(error, bytes);
    } catch (RuntimeException | Error e) {
      log.error("Not everything that belongs to it could be given up: {}", this, e);
    }
    return whom;
  }

  @Override
  protected final void handlerThrew(Throwable thrown) {
    log.error("A handler threw, and its stream is closed: {}", this, thrown);
    closeStream();
  }

  // ---- the end of the stream (N7)

  /**
   * Ends the operation that waits, if there is one, because the stream was closed.
   *
   * @param why what it fails with, or null if nothing else is known
   */
  public final void streamClosed(@Nullable IOException why) {
    if (isWaiting()) {
      endPosted(why != null ? why : aborted(), moved());
    }
  }

  /**
   * Ends the operation that waits, if there is one, because of something else that happens now.
   *
   * @param why as in "ended because the stream is being torn down"
   */
  public final void abort(String why) {
    if (isWaiting()) {
      endPosted(aborted(why), moved());
    }
  }

  private StreamException closed() {
    return new StreamException(
        StreamError.CLOSED, operation() + " on a stream that was closed: " + this);
  }

  private StreamException aborted() {
    return aborted("the stream was closed");
  }

  private StreamException aborted(String why) {
    return new StreamException(
        StreamError.ABORTED, operation() + " ended because " + why + ": " + this);
  }

  // ---- cancellation

  @Override
  public final void cancel(long operationId, CancellationType type) {
    streamExecutor().execute(() -> requested((int) operationId, type));
  }

  private void requested(int operationId, CancellationType type) {
    if (phase == Phase.AWAY) {
      // Whether it is on its way here or over will be seen when the next one arrives.
      if (early == null || operationId - early.id > 0 || !honours(early.type)) {
        early = new EarlyRequest(operationId, type);
      }
    } else if (operationId == id && honours(type)) {
      endCancelled(type);
    }
  }
}
