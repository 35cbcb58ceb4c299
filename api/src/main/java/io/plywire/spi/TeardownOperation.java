// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.BufferPool;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Durations;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor.Timer;
import io.plywire.stream.WritePendingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The graceful end of a {@link ReadinessStream}, which says how it goes. */
final class TeardownOperation extends StreamOperation {
  private static final int SCRATCH_BYTES = 16 * 1024;

  /** How far our side is. */
  private enum Output {
    FLUSHING,
    FLUSHED,
    ENDED
  }

  private final Role role;
  private final TeardownLimits limits;
  private final Iteration steps = new Iteration();
  private @Nullable Timer timer;
  private Output output = Output.FLUSHING;
  private boolean inputEnded; // the peer has ended its side
  private long drained;

  TeardownOperation(ReadinessStream stream, Role role, TeardownLimits limits) {
    super(stream);
    this.role = role;
    this.limits = limits;
  }

  /** Returns the write's claim: there is none beside a teardown. */
  @Override
  protected PendingOperation claimHolder() {
    return stream.writes();
  }

  @Override
  protected IllegalStateException alreadyPending(String operation) {
    return new WritePendingException(operation);
  }

  /**
   * Initiates it.
   *
   * @throws WritePendingException if a write is outstanding
   */
  void initiate(IoHandler handler) {
    claim("asyncTeardown");
    try {
      initiate(handler, stream.beginEnding());
    } catch (RuntimeException e) {
      stream.cancelEnding();
      throw e;
    }
  }

  @Override
  protected void start() {
    stream.tearDownBy(this);
    limit(limits.flushTime(), "the peer did not take what was written");
    step();
  }

  /** Goes on as far as it can; called when the medium has something to say. */
  void step() {
    steps.run(this::stepOnce); // what is asked in a step may be answered in it
  }

  private void stepOnce() {
    if (!isWaiting()) {
      return;
    }
    if (output == Output.FLUSHING && stream.writes().flush()) {
      output = Output.FLUSHED;
      limit(limits.drainTime(), "the peer did not end its side");
    }
    boolean more = !inputEnded && stream.failure() == null && drain();
    if (output == Output.FLUSHED && (inputEnded || role == Role.SERVER)) {
      endOutput();
    }
    if (stream.failure() != null) {
      end(stream.failure(), 0);
    } else if (drained > limits.drainBytes()) {
      String what = drained + " bytes were drained, the limit is " + limits.drainBytes();
      fail(StreamError.EXHAUSTED, "the peer still sends after " + what);
    } else if (output == Output.ENDED && inputEnded) {
      end(null, 0);
    } else if (more) {
      streamExecutor().execute(this::step); // others want their turn, too
    } else {
      ask();
    }
  }

  private void ask() {
    boolean heard =
        (inputEnded || stream.reads().ask())
            && (output != Output.FLUSHING || stream.writes().ask());
    if (!heard) {
      end(stream.failure(), 0);
    }
  }

  /** Returns whether there may be more. */
  private boolean drain() {
    BufferPool pool = streamExecutor().buffers();
    ByteBuffer scratch = pool.acquire(SCRATCH_BYTES);
    try {
      for (int i = 0; i < TRIES_IN_A_ROW; i++) {
        int n = stream.reads().read(scratch.clear());
        if (n <= 0) {
          inputEnded = n < 0;
          return false;
        }
        drained += n;
      }
      return true;
    } finally {
      pool.release(scratch);
    }
  }

  private void endOutput() {
    output = Output.ENDED;
    try {
      stream.shutdownOutput();
    } catch (IOException | RuntimeException | Error e) {
      stream.lost(e);
    }
  }

  private void limit(Duration time, String what) {
    stop();
    Runnable expired = () -> fail(StreamError.TIMEOUT, what + " within " + Durations.text(time));
    timer = streamExecutor().schedule(time, expired);
  }

  private void fail(StreamError error, String what) {
    if (isWaiting()) {
      end(new StreamException(error, what + ": " + stream), 0);
    }
  }

  private void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /** Leaves the stream closed, whatever has come of the teardown, and if it has not begun. */
  @Override
  protected void ended(@Nullable IOException error, long bytes) {
    stop();
    stream.giveUp();
  }

  @Override
  protected boolean honours(CancellationType type) {
    return true;
  }

  @Override
  protected StreamException cancelled(CancellationType type) {
    return StreamException.cancelled(type, operation() + " was cancelled, the stream is closed");
  }
}
