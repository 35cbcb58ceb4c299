// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor.Timer;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The graceful end: what was accepted is flushed, then our close_notify, then the next layer is
 * torn down, which lets the peer see the end and drains what it still sends, within the bounds of
 * that layer.
 *
 * <p>What arrives while we flush is thrown away already, lest two peers wait for each other. It is
 * not opened: no answer to it would matter any more.
 */
final class Teardown implements IoHandler {
  /** How long flushing may take. */
  static final Duration FLUSH_TIME = Duration.ofSeconds(10);

  private final TlsConnection connection;
  private final Role role;
  private @Nullable Timer timer;
  private boolean said; // close_notify
  private boolean below; // the next layer is being torn down
  private boolean stepping;
  private boolean again;

  Teardown(TlsConnection connection, Role role) {
    this.connection = connection;
    this.role = role;
  }

  void start() {
    timer =
        connection.executor.schedule(
            FLUSH_TIME,
            () ->
                finish(
                    new StreamException(
                        StreamError.TIMEOUT,
                        "the peer did not take what was written within "
                            + FLUSH_TIME.toMillis()
                            + " ms: "
                            + connection)));
    step();
  }

  /** Goes on as far as it can; called when something has changed. */
  void step() {
    if (stepping) {
      again = true;
      return;
    }
    stepping = true;
    do {
      again = false;
      if (!below && !connection.isOver()) {
        flush();
      }
    } while (again);
    stepping = false;
  }

  private void flush() {
    connection.opener.discard();
    Outflow outflow = connection.outflow;
    outflow.kick();
    if (outflow.isFree() && !said) {
      said = true;
      if (connection.state.writeEnd == null) {
        connection.sealer.sealGoodbye();
        outflow.kick();
      }
    }
    if (outflow.isFree()) {
      tearDownBelow();
    } else {
      connection.intake.request();
    }
  }

  private void tearDownBelow() {
    below = true;
    stop();
    connection.settle();
    // A peer that did not get our goodbye would wait for us in vain if we let it go first.
    Role sooner = connection.state.failure == null ? role : Role.SERVER;
    try {
      connection.next.asyncTeardown(sooner, this);
    } catch (RuntimeException e) {
      finish(
          new StreamException(StreamError.IO, "the teardown of " + connection.next + " failed", e));
    }
  }

  @Override
  public void completed(@Nullable IOException error, long bytes) {
    finish(error);
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return CancellationSlot.none(); // closing the next layer ends it as well
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
    if (connection.isOver()) {
      return;
    }
    IOException failure = connection.state.failure;
    connection.shut();
    connection.writes.end(failure != null ? failure : error, 0);
  }
}
