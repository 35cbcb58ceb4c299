// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.spi.PendingOperation;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An operation of a {@link RatedStream}. It is here, perhaps delayed, or the stream below has it;
 * who has it is who ends it, for the buffers are in use there.
 */
abstract class RatedOperation extends PendingOperation {
  final RatedStream stream;
  private final StreamExecutor executor;
  private final Below below = new Below();
  private final CancellationSignal signal = new CancellationSignal();

  private boolean isBelow;
  private StreamExecutor.@Nullable Timer delay;
  private long delays; // so far

  RatedOperation(RatedStream stream) {
    super(stream.executor());
    this.stream = stream;
    this.executor = stream.executor();
  }

  final long now() {
    return executor.nanoTime();
  }

  // ---- what the kinds say

  /** Initiates this at the stream below. */
  abstract void initiateBelow(IoHandler handler);

  /**
   * Called when the stream below has ended what it was given.
   *
   * @return whether that was all; if not, the operation goes on with {@link #pass} or {@link
   *     #delay}
   */
  abstract boolean endedBelow(@Nullable IOException error, long bytes);

  /** Goes on after a delay. */
  abstract void attempt();

  // ---- below

  /** Gives the operation to the stream below. */
  final void pass() {
    isBelow = true;
    try {
      initiateBelow(below);
    } catch (RuntimeException e) { // somebody else uses that stream
      isBelow = false;
      end(new StreamException(StreamError.IO, operation() + " broke off: " + e, e), 0);
    }
  }

  private void completedBelow(@Nullable IOException error, long bytes) {
    isBelow = false;
    if (endedBelow(error, bytes)) {
      end(error == null ? null : translate(error), bytes);
    }
  }

  /** Closing the stream may overtake an operation on its way down, which was initiated before. */
  private IOException translate(IOException error) {
    return !stream.isOpen()
            && error instanceof StreamException known
            && known.error() == StreamError.CLOSED
        ? new StreamException(
            StreamError.ABORTED,
            operation() + " ended because the stream was closed: " + this,
            error)
        : error;
  }

  /** The handler of whatever is under way below. */
  private final class Below implements IoHandler {
    @Override
    public void completed(@Nullable IOException error, long bytes) {
      completedBelow(error, bytes);
    }

    @Override
    public Executor immediateExecutor() {
      return InlineExecutor.instance();
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return signal.slot();
    }
  }

  // ---- delayed

  /** Lets the operation wait. */
  final void delay(long nanos) {
    long mine = ++delays;
    delay = executor.schedule(Duration.ofNanos(nanos), () -> delayIsOver(mine));
  }

  private void delayIsOver(long which) {
    if (which != delays || delay == null) {
      return; // ended meanwhile
    }
    delay = null;
    if (isOver()) {
      streamClosed(null);
    } else {
      attempt();
    }
  }

  /** Ends the operation if it is delayed, because of something that happens now. */
  final void abortDelayed(String why) {
    if (isWaiting() && !isBelow) {
      abort(why);
    }
  }

  /** Ends the operation if it is delayed, because the stream was closed. */
  final void closedWhileDelayed() {
    if (!isBelow) {
      streamClosed(null);
    }
  }

  // ---- for the way of an operation

  @Override
  protected boolean isOver() {
    return !stream.isOpen();
  }

  @Override
  protected void closeStream() {
    stream.close();
  }

  @Override
  protected void ended(@Nullable IOException error, long bytes) {
    StreamExecutor.Timer waiting = delay;
    if (waiting != null) {
      waiting.cancel();
      delay = null;
    }
  }

  /** Whether it can end as asked is up to the stream below once that has it. */
  @Override
  protected void endCancelled(CancellationType type) {
    if (isBelow) {
      signal.emit(type);
    } else {
      super.endCancelled(type);
    }
  }

  /** Returns whether the stream below has it. */
  final boolean isBelow() {
    return isBelow;
  }

  @Override
  public String toString() {
    return stream.toString();
  }
}
