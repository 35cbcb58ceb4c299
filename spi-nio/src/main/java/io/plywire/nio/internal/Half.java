// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

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
 * One direction of a {@link NioStream}: sees to it that one operation is outstanding at a time, and
 * to the operation's way to the loop, its cancellation and its end.
 */
abstract class Half extends IoCompletion implements CancellationSlot.Cancellable {
  /*
   * An operation holds "pending" from the initiating call until right before its handler runs.
   * Initiated on the loop it starts at once, else it is posted there. Once started it either
   * completes or waits; then, and only then, there is a "waiting" handler.
   *
   * A request to cancel is always posted. An operation that is initiated elsewhere can be asked to
   * end before it has started: such a request, known by an id that has not started yet, is kept
   * until then.
   */

  private static final Logger log = LoggerFactory.getLogger(Half.class);

  private static final VarHandle PENDING;

  static {
    try {
      PENDING = MethodHandles.lookup().findVarHandle(Half.class, "pending", String.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final NioStream stream;

  @SuppressWarnings("unused") // through the handle
  private volatile @Nullable String pending;

  /** The id of the newest operation; belongs to whoever holds {@link #pending}. */
  private int newest;

  // On the loop only, from here on.
  private int started;
  private @Nullable EarlyRequest early;
  private @Nullable IoHandler waiting;

  /** To cancel an operation that has not started yet. */
  private record EarlyRequest(int id, CancellationType type) {}

  Half(NioStream stream) {
    super(stream.loop());
    this.stream = stream;
  }

  /**
   * Claims this direction for an operation; any thread.
   *
   * @return the id of the operation
   * @throws IllegalStateException if another one is outstanding
   */
  final int claim(String operation) {
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
  final @Nullable IOException arrive(int id, boolean open) {
    started = id;
    EarlyRequest request = early;
    early = null;
    if (!open) {
      return new StreamException(
          StreamError.CLOSED, operation() + " on a stream that was closed: " + stream);
    }
    if (request != null && request.id() == id) {
      return cancelled(request.type());
    }
    return stream.isOver()
        ? new StreamException(
            StreamError.ABORTED, operation() + " ended because the stream was closed: " + stream)
        : null;
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

  /** Lets an operation that has started wait. */
  final void await(IoHandler handler, boolean inCall) {
    waiting = handler;
    if (inCall) {
      handler.cancellationSlot().assign(this, started);
    }
  }

  final boolean isWaiting() {
    return waiting != null;
  }

  /** Ends the operation that waits, and runs its handler if it belongs here. */
  final void end(@Nullable IOException error, long bytes) {
    later(takeWaiting(), error, bytes);
  }

  /** Ends the operation that waits, where running a handler would be out of place. */
  final void endPosted(@Nullable IOException error, long bytes) {
    IoHandler handler = takeWaiting();
    try {
      post(handler, error, bytes);
    } catch (RuntimeException e) {
      log.error("The executor of a handler refused to run it: {}", stream, e);
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

  /** Drops what was kept of the operation that waited. */
  abstract void forgetArguments();

  @Override
  public final void cancel(long id, CancellationType type) {
    stream.loop().execute(() -> requested((int) id, type));
  }

  private void requested(int id, CancellationType type) {
    if (id - started > 0) { // ids may overflow
      early = new EarlyRequest(id, type);
    } else if (id == started && isWaiting()) {
      endCancelled(type);
    }
  }

  /** Ends the operation that waits, on request. */
  void endCancelled(CancellationType type) {
    end(cancelled(type), 0);
  }

  private StreamException cancelled(CancellationType type) {
    return StreamException.cancelled(
        type, operation() + " was cancelled, nothing was transferred, the stream stays as it was");
  }

  final StreamException aborted(String why) {
    return new StreamException(StreamError.ABORTED, operation() + " ended because " + why);
  }
}
