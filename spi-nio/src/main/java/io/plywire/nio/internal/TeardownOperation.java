// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.spi.PendingOperation;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Durations;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor.Timer;
import io.plywire.stream.WritePendingException;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The graceful end of a {@link NioStream}.
 *
 * <p>Closing a socket whose receive buffer is not empty makes the system send a reset, on which the
 * peer may lose what it has not read yet. So what arrives is read and thrown away until the peer
 * has ended its side, too:
 *
 * <ul>
 *   <li>all that was accepted is flushed, while what arrives is drained already, lest two peers
 *       wait for each other;
 *   <li>the server ends its side then, and drains until the peer has ended its own;
 *   <li>the client drains first, and ends its side after the server; that leaves the memory of the
 *       closed connection (TIME-WAIT) with the server's peer no longer than needed.
 * </ul>
 *
 * <p>Flushing, and draining after it, are bounded in time, draining also in bytes; at a bound the
 * stream is closed and the operation fails with {@link StreamError#TIMEOUT}. A reset while draining
 * is an error, too: what was sent last may not have arrived.
 */
final class TeardownOperation extends PendingOperation {
  /** How long flushing may take. */
  static final Duration FLUSH_TIME = Duration.ofSeconds(10);

  /** How long the peer may take to end its side. */
  static final Duration DRAIN_TIME = Duration.ofSeconds(2);

  /** How much is drained; more than systems let a peer send unread. */
  static final long DRAIN_BYTES = 16L * 1024 * 1024;

  /** How far our side is. */
  private enum Output {
    FLUSHING,
    FLUSHED,
    ENDED
  }

  private final NioStream stream;
  private final Role role;
  private @Nullable Timer timer;
  private Output output = Output.FLUSHING;
  private boolean inputEnded; // the peer has ended its side, or the stream failed
  private long drained;

  TeardownOperation(NioStream stream, Role role) {
    super(stream.loop());
    this.stream = stream;
    this.role = role;
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

  @Override
  protected void closeStream() {
    stream.close();
  }

  @Override
  protected boolean isOver() {
    return stream.isOver();
  }

  /**
   * Initiates it.
   *
   * @throws WritePendingException if a write is outstanding
   */
  void initiate(IoHandler handler) {
    claim("asyncTeardown");
    initiate(handler, stream.beginEnding());
  }

  @Override
  protected void start() {
    stream.tearDownBy(this);
    limit(FLUSH_TIME, "the peer did not take what was written");
    step();
  }

  /** Goes on as far as it can; called when the channel is ready for something. */
  void step() {
    if (output == Output.FLUSHING && stream.writes().flushReady()) {
      output = Output.FLUSHED;
      limit(DRAIN_TIME, "the peer did not end its side");
    }
    if (!inputEnded && stream.failure() == null) {
      drain();
    }
    if (output == Output.FLUSHED && (inputEnded || role == Role.SERVER)) {
      endOutput();
    }
    if (stream.failure() != null) {
      end(stream.failure(), 0);
    } else if (drained > DRAIN_BYTES) {
      timeOut(
          "the peer still sends after "
              + drained
              + " bytes were drained, the limit is "
              + DRAIN_BYTES);
    } else if (output == Output.ENDED && inputEnded) {
      end(null, 0);
    } else if (!inputEnded) {
      stream.addInterest(SelectionKey.OP_READ);
    }
  }

  private void drain() {
    for (int i = 0; i < Fairness.TRIES_PER_TURN && drained <= DRAIN_BYTES; i++) {
      int n = stream.reads().discard();
      if (n < 0) {
        inputEnded = true;
        return;
      }
      if (n == 0) {
        return;
      }
      drained += n;
    }
  }

  private void endOutput() {
    if (stream.failure() != null) {
      return;
    }
    output = Output.ENDED;
    try {
      stream.channel().shutdownOutput();
    } catch (IOException e) {
      stream.failed(e);
    }
  }

  private void limit(Duration time, String what) {
    stop();
    timer = stream.loop().schedule(time, () -> timeOut(what + " within " + Durations.text(time)));
  }

  private void timeOut(String what) {
    end(new StreamException(StreamError.TIMEOUT, what + ": " + stream), 0);
  }

  private void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /** Leaves the stream closed, whatever has come of the teardown. */
  @Override
  protected void ended(@Nullable IOException error, long bytes) {
    stop();
    stream.closeNow(null);
  }

  @Override
  protected boolean honours(CancellationType type) {
    return true;
  }

  @Override
  protected StreamException cancelled(CancellationType type) {
    return StreamException.cancelled(type, operation() + " was cancelled, the stream is closed");
  }

  @Override
  public String toString() {
    return stream.toString();
  }
}
