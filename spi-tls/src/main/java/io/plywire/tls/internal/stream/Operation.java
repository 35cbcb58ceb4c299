// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoCompletion;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One direction of the stream as its user sees it: sees to it that one operation is outstanding at
 * a time, and to the operation's way to the executor, its cancellation and its end.
 *
 * <p>An operation that waits has touched nothing, neither the stream nor the caller's buffers. So a
 * request of any type ends it, and the stream stays as it was.
 */
abstract class Operation extends IoCompletion implements CancellationSlot.Cancellable {
  private static final Logger log = LoggerFactory.getLogger(Operation.class);

  private static final VarHandle PENDING;

  static {
    try {
      PENDING = MethodHandles.lookup().findVarHandle(Operation.class, "pending", String.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final TlsConnection connection;

  @SuppressWarnings("unused") // through the handle
  private volatile @Nullable String pending;

  /** The id of the newest operation; belongs to whoever holds {@link #pending}. */
  private long newest;

  // On the executor only, from here on.
  private long started;
  private long earlyRequest; // the id of an operation that a request has overtaken
  private @Nullable CancellationType earlyType;
  private @Nullable IoHandler waiting;
  private boolean initiating; // the initiating call of the one that waits has not returned

  Operation(TlsConnection connection) {
    super(connection.executor);
    this.connection = connection;
  }

  /**
   * Claims this direction for an operation; any thread.
   *
   * @return the id of the operation
   * @throws IllegalStateException if another one is outstanding
   */
  final long claim(String operation) {
    String other = (String) PENDING.compareAndExchange(this, null, operation);
    if (other != null) {
      throw alreadyPending(other);
    }
    return ++newest;
  }

  abstract IllegalStateException alreadyPending(String operation);

  /** Names the operation that is outstanding; the one that asks holds the claim. */
  final String operation() {
    return String.valueOf(pending);
  }

  @Override
  protected final void release() {
    PENDING.setRelease(this, null);
  }

  /**
   * To be called first when an operation starts.
   *
   * @param open whether the stream was open when the operation was initiated
   * @return why the operation must end now, or null
   */
  final @Nullable IOException arrive(long id, boolean open) {
    started = id;
    CancellationType type = earlyRequest == id ? earlyType : null;
    earlyType = null;
    if (!open) {
      return new StreamException(
          StreamError.CLOSED, operation() + " on a stream that was closed: " + connection);
    }
    if (type != null && honours(type)) {
      return cancelled(type);
    }
    return connection.isUsable()
        ? null
        : new StreamException(
            StreamError.ABORTED,
            operation() + " ended because the stream was closed: " + connection);
  }

  /** Completes an operation that has just started. */
  final void complete(IoHandler handler, boolean inCall, @Nullable IOException error, long bytes) {
    if (inCall) {
      immediately(handler, error, bytes);
    } else {
      handler.cancellationSlot().clear();
      later(handler, error, bytes);
    }
  }

  /**
   * Lets an operation that has started wait.
   *
   * @param inCall whether the initiating call has not returned; {@link #callReturns} must follow
   */
  final void await(IoHandler handler, boolean inCall) {
    waiting = handler;
    initiating = inCall;
    if (inCall) {
      handler.cancellationSlot().assign(this, started);
    }
  }

  /** The initiating call of the operation that waits, if it still does, is about to return. */
  final void callReturns() {
    initiating = false;
  }

  final boolean isWaiting() {
    return waiting != null;
  }

  /** Ends the operation that waits, and runs its handler if it belongs here. */
  final void end(@Nullable IOException error, long bytes) {
    boolean immediate = initiating;
    IoHandler handler = takeWaiting();
    if (immediate) {
      immediately(handler, error, bytes);
    } else {
      later(handler, error, bytes);
    }
  }

  /** Ends the operation that waits, where running a handler would be out of place. */
  final void endPosted(@Nullable IOException error, long bytes) {
    IoHandler handler = takeWaiting();
    try {
      post(handler, error, bytes);
    } catch (RuntimeException e) {
      log.error("The executor of a handler refused to run it: {}", connection, e);
    }
  }

  private IoHandler takeWaiting() {
    IoHandler handler = waiting;
    if (handler == null) {
      throw new IllegalStateException("nothing waits");
    }
    waiting = null;
    initiating = false;
    handler.cancellationSlot().clear();
    forgetArguments();
    return handler;
  }

  /** Drops what was kept of the operation that waited. */
  abstract void forgetArguments();

  /** Tells whether an operation that waits can end as asked. */
  boolean honours(CancellationType type) {
    return true;
  }

  @Override
  public final void cancel(long id, CancellationType type) {
    connection.executor.execute(() -> requested(id, type));
  }

  private void requested(long id, CancellationType type) {
    if (id > started) {
      earlyRequest = id;
      earlyType = type;
    } else if (id == started && isWaiting() && honours(type)) {
      endCancelled(type);
    }
  }

  /** Ends the operation that waits, on request. */
  void endCancelled(CancellationType type) {
    end(cancelled(type), 0);
  }

  final StreamException cancelled(CancellationType type) {
    return StreamException.cancelled(
        type, operation() + " was cancelled, nothing was transferred, the stream stays as it was");
  }

  final StreamException aborted(String why) {
    return new StreamException(StreamError.ABORTED, operation() + " ended because " + why);
  }
}
