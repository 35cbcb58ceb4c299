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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One direction of a stream, for transports that are built on an event loop: sees to it that one
 * operation is pending at a time, and to the operation's way to the executor, its cancellation and
 * its end. One object serves one operation after the other, without garbage.
 *
 * <p>An operation goes this way:
 *
 * <ol>
 *   <li>{@link #claim} in the initiating call, on the caller's thread. It makes a second operation
 *       throw, and gives the id to go on with.
 *   <li>On the stream's executor, at once if the caller is there and posted if not, {@link #arrive}
 *       tells whether it may start. Whoever posts assigns the id to the handler's slot before.
 *   <li>If it can end at once, {@link #complete}. If not, {@link #await}, and then {@link #end} or
 *       {@link #endPosted} when it can.
 * </ol>
 *
 * <p>An operation that waits has touched nothing, neither the stream nor the caller's buffers: that
 * is the deriver's promise. So a request to cancel ends it whatever its type, unless {@link
 * #honours} says otherwise, and the stream stays as it was. Requests come over the executor; one
 * that overtakes its operation on the way there is kept until the operation arrives.
 *
 * <p>{@link #toString} should name the stream: errors quote it.
 *
 * <p>Thread safety: {@code claim} and {@code cancel} may be called on any thread, everything else
 * on the stream's executor.
 */
public abstract class PendingOperation extends IoCompletion
    implements CancellationSlot.Cancellable {
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

  @SuppressWarnings("unused") // through the handle
  private volatile @Nullable String pending;

  /** The id of the newest operation; belongs to whoever holds {@link #pending}. */
  private int newest;

  // On the executor only, from here on.
  private int started;
  private @Nullable EarlyRequest early;
  private @Nullable IoHandler waiting;

  /** To cancel an operation that has not arrived yet. */
  private record EarlyRequest(int id, CancellationType type) {}

  /**
   * Makes one.
   *
   * @param streamExecutor the executor of the stream
   */
  protected PendingOperation(StreamExecutor streamExecutor) {
    super(streamExecutor);
  }

  // ---- what the stream says

  /** Returns what a second operation throws, while one is pending. */
  protected abstract IllegalStateException alreadyPending(String operation);

  /** Returns whether the stream was closed; an operation that arrives then is {@code ABORTED}. */
  protected abstract boolean isOver();

  /** Drops what was kept of the operation that waited; it has ended. */
  protected abstract void forgetArguments();

  /** Returns whether an operation that waits can end as asked; so it is unless overridden. */
  protected boolean honours(CancellationType type) {
    return true;
  }

  /** Makes the error of an operation that a request has ended; it says what has become of all. */
  protected StreamException cancelled(CancellationType type) {
    return StreamException.cancelled(
        type, operation() + " was cancelled, nothing was transferred, the stream stays as it was");
  }

  /** Ends the operation that waits, on a request that is honoured. */
  protected void endCancelled(CancellationType type) {
    end(cancelled(type), 0);
  }

  // ---- the way of an operation

  /**
   * Claims this direction for an operation. The claim ends right before the handler runs.
   *
   * @param operation the name of the initiating method, for errors
   * @return the id of the operation
   * @throws IllegalStateException as {@link #alreadyPending} has it, if one is pending
   */
  public final int claim(String operation) {
    String other = (String) PENDING.compareAndExchange(this, null, operation);
    if (other != null) {
      throw alreadyPending(other);
    }
    return ++newest;
  }

  @Override
  protected final void release() {
    PENDING.setRelease(this, null);
  }

  /** Names the operation that is pending; whoever asks holds the claim. */
  public final String operation() {
    return String.valueOf(pending);
  }

  /**
   * To be called first when an operation has come to the executor.
   *
   * @param id from {@link #claim}
   * @param open whether the stream was open when the operation was initiated
   * @return why the operation must end now, or null
   */
  public final @Nullable IOException arrive(int id, boolean open) {
    started = id;
    EarlyRequest request = early;
    early = null;
    if (!open) {
      return new StreamException(
          StreamError.CLOSED, operation() + " on a stream that was closed: " + this);
    }
    if (request != null && request.id() == id && honours(request.type())) {
      return cancelled(request.type());
    }
    return isOver() ? aborted("the stream was closed: " + this) : null;
  }

  /**
   * Completes an operation that has just arrived.
   *
   * @param handler the operation's
   * @param inCall whether the initiating call has not returned
   * @param error why the operation failed, or null
   * @param bytes how many bytes were moved
   */
  public final void complete(
      IoHandler handler, boolean inCall, @Nullable IOException error, long bytes) {
    if (inCall) {
      immediately(handler, error, bytes);
    } else {
      handler.cancellationSlot().clear();
      later(handler, error, bytes);
    }
  }

  /**
   * Lets an operation that has just arrived wait.
   *
   * @param handler the operation's
   * @param inCall whether the initiating call has not returned
   */
  public final void await(IoHandler handler, boolean inCall) {
    waiting = handler;
    if (inCall) {
      handler.cancellationSlot().assign(this, started);
    }
  }

  /** Returns whether an operation waits. */
  public final boolean isWaiting() {
    return waiting != null;
  }

  /**
   * Ends the operation that waits, outside of its initiating call, and runs its handler if that
   * belongs here.
   *
   * @param error why the operation failed, or null
   * @param bytes how many bytes were moved
   */
  public void end(@Nullable IOException error, long bytes) {
    later(takeWaiting(), error, bytes);
  }

  /**
   * Ends the operation that waits, within its initiating call.
   *
   * @param error why the operation failed, or null
   * @param bytes how many bytes were moved
   */
  protected final void endInCall(@Nullable IOException error, long bytes) {
    immediately(takeWaiting(), error, bytes);
  }

  /**
   * Ends the operation that waits, where running a handler would be out of place. A handler whose
   * executor refuses it is lost with a line in the log.
   *
   * @param error why the operation failed, or null
   * @param bytes how many bytes were moved
   */
  public final void endPosted(@Nullable IOException error, long bytes) {
    IoHandler handler = takeWaiting();
    try {
      post(handler, error, bytes);
    } catch (RuntimeException e) {
      log.error("The executor of a handler refused to run it: {}", this, e);
    }
  }

  private IoHandler takeWaiting() {
    IoHandler handler = waiting;
    if (handler == null) {
      throw new IllegalStateException("nothing waits");
    }
    waiting = null;
    handler.cancellationSlot().clear();
    forgetArguments();
    return handler;
  }

  // ---- cancellation

  @Override
  public final void cancel(long id, CancellationType type) {
    streamExecutor().execute(() -> requested((int) id, type));
  }

  private void requested(int id, CancellationType type) {
    if (id - started > 0) { // ids may overflow
      early = new EarlyRequest(id, type);
    } else if (id == started && isWaiting() && honours(type)) {
      endCancelled(type);
    }
  }

  /**
   * Makes the error of an operation that ends because of something else.
   *
   * @param why as in "ended because the stream was closed"
   */
  public final StreamException aborted(String why) {
    return new StreamException(StreamError.ABORTED, operation() + " ended because " + why);
  }
}
