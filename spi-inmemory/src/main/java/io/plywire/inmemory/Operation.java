// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.spi.IoCompletion;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The course of an operation, whatever it does; one object serves one operation after the other.
 *
 * <pre>
 *   initiate → start → [held before] → attempt → [waiting → attempt]… → [held after] → complete
 * </pre>
 *
 * <p>{@link #initiate} runs on the caller's thread; all that follows runs on the stream's executor.
 * {@link #attempt} leaves no trace when it has to wait, so an operation can be called off at every
 * arrow without any effect. Only what was moved while a gate holds the completion cannot be undone.
 */
abstract class Operation extends IoCompletion implements CancellationSlot.Cancellable {
  private enum Phase {
    /** Not started yet, or over. */
    IDLE,
    /** A gate holds the operation before it did anything. */
    HELD_BEFORE,
    /** The window is empty or full; the peer's next move wakes it. */
    WAITING,
    /** A gate holds the completion. */
    HELD_AFTER
  }

  final InMemoryStream stream;

  /** What is outstanding; operations that exclude each other share it. */
  private final AtomicReference<@Nullable IoKind> turn;

  private final Runnable hop = this::start;

  // Set by the initiating call, read by what it leads to.
  private IoKind kind;
  private @Nullable IoHandler handler;
  private CancellationSlot slot = CancellationSlot.none();
  private long initiatedId;
  private boolean late;
  private boolean initiating;

  // On the executor only.
  private Phase phase = Phase.IDLE;
  private long startedId;
  private @Nullable CancellationType requestedEarly;
  private long moved;

  /** What {@link #offer} said at the start. */
  long offered;

  // Set by Faults.begin.
  long index;
  int most;
  @Nullable Plan plan;

  Operation(InMemoryStream stream, IoKind kind, AtomicReference<@Nullable IoKind> turn) {
    super(stream.executor());
    this.stream = stream;
    this.kind = kind;
    this.turn = turn;
  }

  /** Returns how many bytes the operation would move at most. */
  abstract long offer();

  /** Does what can be done now, then calls {@link #done}, {@link #fail} or {@link #await}. */
  abstract void attempt();

  /** Lets go of everything that belongs to the operation that has just ended. */
  abstract void forget();

  /** Returns whether the operation can end as asked while it has not moved anything. */
  boolean honours(CancellationType type) {
    return true;
  }

  final IoKind kind() {
    return kind;
  }

  /** Starts the operation, here or on the executor. The caller has taken the turn for it. */
  final void initiate(IoKind what, IoHandler whom, CancellationSlot cancelledBy) {
    kind = what;
    handler = whom;
    late = !stream.isOpen();
    slot = cancelledBy;
    slot.assign(this, ++initiatedId);
    if (stream.executor().isCurrent() && !stream.faults().postsAlways()) {
      initiating = true;
      start();
      initiating = false;
    } else {
      stream.executor().execute(hop);
    }
  }

  private void start() {
    startedId++;
    index = -1;
    CancellationType early = requestedEarly;
    requestedEarly = null;
    IOException refusal = stream.refusal(kind, late);
    if (refusal != null) {
      complete(refusal, 0);
      return;
    }
    if (early != null && honours(early)) {
      cancelled(early, 0);
      return;
    }
    offered = offer();
    if (offered == 0 && kind.movesBytes()) {
      complete(null, 0); // N1, N2: nothing to do, no I/O
      return;
    }
    stream.faults().begin(this);
    if (plan != null && plan.holdsBefore(this, startedId)) {
      phase = Phase.HELD_BEFORE;
    } else {
      go();
    }
  }

  private void go() {
    IOException planned = plan == null ? null : plan.failureAtOnce();
    if (planned != null) {
      stream.faults().countFailed(kind);
      fail(planned);
    } else {
      attempt();
    }
  }

  /** For {@link #attempt}: the peer's next move shall try again. */
  final void await() {
    phase = Phase.WAITING;
  }

  /** For {@link #attempt}: so many bytes were moved. */
  final void done(long bytes) {
    if (plan != null && plan.holdsAfter(this, startedId)) {
      moved = bytes;
      phase = Phase.HELD_AFTER;
    } else {
      completeAsPlanned(bytes);
    }
  }

  private void completeAsPlanned(long bytes) {
    IOException planned = plan == null ? null : plan.failure();
    if (planned != null) {
      stream.faults().countFailed(kind);
    }
    complete(planned, bytes);
  }

  /** For {@link #attempt}: nothing was moved, and nothing will be. */
  final void fail(IOException error) {
    complete(error, 0);
  }

  /** The window has changed. */
  final void retry() {
    if (phase == Phase.WAITING) {
      attempt();
    }
  }

  /** The gate has opened. */
  final void passGate(long id) {
    if (id == startedId && phase == Phase.HELD_BEFORE) {
      go();
    } else if (id == startedId && phase == Phase.HELD_AFTER) {
      completeAsPlanned(moved);
    }
  }

  /** Ends the operation, if there is one, because of something else that happens just now. */
  final void abort(String why) {
    if (phase != Phase.IDLE) {
      IOException error = new StreamException(StreamError.ABORTED, kind.method() + ": " + why);
      long bytes = phase == Phase.HELD_AFTER ? moved : 0;
      IoHandler whom = end(error, bytes);
      post(whom, error, bytes);
    }
  }

  /** Ends the operation with an error if it is still the one that was started under the id. */
  final void failIfStill(long id, IOException error) {
    if (id == startedId && phase != Phase.IDLE) {
      complete(error, 0);
    }
  }

  final long startedId() {
    return startedId;
  }

  @Override
  public final void cancel(long id, CancellationType type) {
    stream.executor().execute(() -> cancelRequested(id, type));
  }

  private void cancelRequested(long id, CancellationType type) {
    if (id == startedId + 1) {
      requestedEarly = type; // the request has overtaken the hop of its operation
    } else if (id == startedId) {
      switch (phase) {
        case IDLE -> {}
        case HELD_BEFORE, WAITING -> {
          if (honours(type)) {
            cancelled(type, 0);
          }
        }
        case HELD_AFTER -> {
          if (type != CancellationType.TOTAL) {
            cancelled(type, moved);
          }
        }
      }
    }
  }

  private void cancelled(CancellationType type, long bytes) {
    String left =
        switch (type) {
          case TOTAL -> "the stream is as before";
          case PARTIAL -> bytes + " bytes were moved, the stream is usable";
          case TERMINAL -> "the stream can only be closed";
        };
    if (type == CancellationType.TERMINAL) {
      stream.spoil(kind);
    }
    complete(
        StreamException.cancelled(type, kind.method() + " was cancelled (" + type + "); " + left),
        bytes);
  }

  private void complete(@Nullable IOException error, long bytes) {
    boolean immediate = initiating;
    initiating = false;
    IoHandler whom = end(error, bytes);
    if (immediate) {
      immediately(whom, error, bytes);
    } else {
      later(whom, error, bytes);
    }
  }

  private IoHandler end(@Nullable IOException error, long bytes) {
    phase = Phase.IDLE;
    slot.clear();
    slot = CancellationSlot.none();
    if (plan != null) {
      plan.leave();
      plan = null;
    }
    if (index >= 0) {
      stream.faults().end(kind, index, offered, bytes, error);
    }
    forget();
    IoHandler whom = Objects.requireNonNull(handler);
    handler = null;
    return whom;
  }

  @Override
  protected final void release() {
    turn.set(null);
  }

  @Override
  public String toString() {
    return stream + " " + kind.method() + " " + phase;
  }
}
