// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor.Timer;
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
final class Teardown {
  /** How long flushing may take. */
  static final Duration FLUSH_TIME = Duration.ofSeconds(10);

  /** How long the peer may take to end its side. */
  static final Duration DRAIN_TIME = Duration.ofSeconds(2);

  /** How much is drained; more than systems let a peer send unread. */
  static final long DRAIN_BYTES = 16L * 1024 * 1024;

  private static final int READS_PER_STEP = 16;

  private final NioStream stream;
  private final Role role;
  private @Nullable Timer timer;
  private boolean flushed;
  private boolean said; // this side has ended
  private boolean heard; // the peer's side has ended
  private long drained;

  Teardown(NioStream stream, Role role) {
    this.stream = stream;
    this.role = role;
  }

  void start() {
    limit(FLUSH_TIME, "the peer did not take what was written");
    step();
  }

  /** Goes on as far as it can; called when the channel is ready for something. */
  void step() {
    if (!flushed && stream.writes().flushReady()) {
      flushed = true;
      limit(DRAIN_TIME, "the peer did not end its side");
    }
    if (!heard && stream.failure() == null) {
      drain();
    }
    if (flushed && !said && (heard || role == Role.SERVER) && stream.failure() == null) {
      say();
    }
    if (stream.failure() != null) {
      finish(stream.failure());
    } else if (drained > DRAIN_BYTES) {
      finish(
          new StreamException(
              StreamError.TIMEOUT,
              "the peer still sends after "
                  + drained
                  + " bytes were drained, the limit is "
                  + DRAIN_BYTES
                  + ": "
                  + stream));
    } else if (said && heard) {
      finish(null);
    } else if (!heard) {
      stream.addInterest(SelectionKey.OP_READ);
    }
  }

  private void drain() {
    for (int i = 0; i < READS_PER_STEP && drained <= DRAIN_BYTES; i++) {
      int n = stream.reads().discard();
      if (n < 0) {
        heard = true; // or the stream failed
        return;
      }
      if (n == 0) {
        return;
      }
      drained += n;
    }
  }

  private void say() {
    said = true;
    try {
      stream.channel().shutdownOutput();
    } catch (IOException e) {
      stream.failed(e);
    }
  }

  private void limit(Duration time, String what) {
    stop();
    timer =
        stream
            .loop()
            .schedule(
                time,
                () ->
                    finish(
                        new StreamException(
                            StreamError.TIMEOUT,
                            what + " within " + time.toMillis() + " ms: " + stream)));
  }

  /** Makes the error of a teardown that was cancelled. */
  static StreamException cancelled(CancellationType type) {
    return StreamException.cancelled(type, "asyncTeardown was cancelled, the stream is closed");
  }

  /** Calls the timer off. */
  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  void finish(@Nullable IOException error) {
    stream.shut();
    stream.writes().endPosted(error, 0);
  }
}
