// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.spi.PendingOperation;
import io.plywire.stream.CancellationType;
import io.plywire.stream.StreamException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The course of an operation, whatever it does.
 *
 * <pre>
 *   start → [held before] → attempt → [waiting → attempt]… → [held after] → end
 * </pre>
 *
 * <p>{@link #attempt} leaves no trace when it has to wait, so an operation can be called off at
 * every arrow without any effect. Only what was moved while a gate holds the completion cannot be
 * undone.
 */
abstract class Operation extends PendingOperation {
  /** Where a gate holds the operation that waits. */
  private enum Hold {
    /** Nowhere: the window is empty or full, and the peer's next move wakes the operation. */
    NONE,
    /** Before it did anything. */
    BEFORE,
    /** At its completion. */
    AFTER
  }

  final InMemoryStream stream;

  private Hold hold = Hold.NONE;
  private long moved;

  /** What {@link #offer} said at the start. */
  long offered;

  // Set by Faults.begin.
  long index = -1;
  int most;
  @Nullable Plan plan;

  Operation(InMemoryStream stream) {
    super(stream.executor());
    this.stream = stream;
  }

  /** Returns what is pending. */
  abstract IoKind kind();

  /** Returns how many bytes the operation would move at most. */
  abstract long offer();

  /** Does what can be done now; calls {@link #done} or {@link #fail} unless it has to wait. */
  abstract void attempt();

  /** Lets go of everything that belongs to the operation that has just ended. */
  abstract void forget();

  @Override
  protected final void closeStream() {
    stream.close();
  }

  @Override
  protected final boolean isOver() {
    return !stream.isOpen();
  }

  @Override
  protected final boolean startsHere() {
    return super.startsHere() && !stream.faults().postsAlways();
  }

  @Override
  protected final void start() {
    IOException refusal = stream.refusal(kind());
    if (refusal != null) {
      fail(refusal);
      return;
    }
    offered = offer();
    if (offered == 0 && kind().movesBytes()) {
      end(null, 0); // N1, N2: nothing to do, no I/O
      return;
    }
    stream.faults().begin(this);
    if (plan != null && plan.holdsBefore(this, id())) {
      hold = Hold.BEFORE;
    } else {
      go();
    }
  }

  private void go() {
    IOException planned = plan == null ? null : plan.failureAtOnce();
    if (planned != null) {
      stream.faults().countFailed(kind());
      fail(planned);
    } else {
      attempt();
    }
  }

  /** For {@link #attempt}: so many bytes were moved. */
  final void done(long bytes) {
    if (plan != null && plan.holdsAfter(this, id())) {
      moved = bytes;
      hold = Hold.AFTER;
    } else {
      endAsPlanned(bytes);
    }
  }

  private void endAsPlanned(long bytes) {
    IOException planned = plan == null ? null : plan.failure();
    if (planned != null) {
      stream.faults().countFailed(kind());
    }
    end(planned, bytes);
  }

  /** For {@link #attempt}: nothing was moved, and nothing will be. */
  final void fail(IOException error) {
    end(error, 0);
  }

  /** The window has changed. */
  final void retry() {
    if (isWaiting() && hold == Hold.NONE) {
      attempt();
    }
  }

  /** The gate has opened. */
  final void passGate(int id) {
    if (!isStill(id)) {
      return;
    }
    Hold where = hold;
    hold = Hold.NONE;
    switch (where) {
      case NONE -> {}
      case BEFORE -> go();
      case AFTER -> endAsPlanned(moved);
    }
  }

  /** Returns whether an operation waits, and is the one that had this id when it did. */
  final boolean isStill(int id) {
    return isWaiting() && id() == id;
  }

  @Override
  protected final long moved() {
    return moved;
  }

  @Override
  protected final void endCancelled(CancellationType type) {
    if (type == CancellationType.TERMINAL) {
      stream.terminate(kind());
    }
    super.endCancelled(type);
  }

  @Override
  protected final StreamException cancelled(CancellationType type) {
    String left =
        switch (type) {
          case TOTAL -> "the stream is as before";
          case PARTIAL -> moved + " bytes were moved, the stream is usable";
          case TERMINAL -> "the stream can only be closed";
        };
    return StreamException.cancelled(type, operation() + " was cancelled (" + type + "); " + left);
  }

  @Override
  protected final void ended(@Nullable IOException error, long bytes) {
    hold = Hold.NONE;
    moved = 0;
    if (plan != null) {
      plan.leave();
      plan = null;
    }
    if (index >= 0) {
      stream.faults().end(kind(), index, offered, bytes, error);
      index = -1;
    }
    forget();
  }

  @Override
  public final String toString() {
    return stream.toString();
  }
}
