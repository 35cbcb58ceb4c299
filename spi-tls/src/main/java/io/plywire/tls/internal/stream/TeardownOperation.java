// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.spi.Iteration;
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
final class TeardownOperation extends Operation implements IoHandler, Iteration.Step {
  /** How long flushing may take. */
  static final Duration FLUSH_TIME = Duration.ofSeconds(10);

  private enum State {
    /** What was accepted is on its way. */
    FLUSHING,
    /** So is our close_notify. */
    CLOSE_NOTIFY_SENT,
    /** The next layer is being torn down. */
    NEXT_LAYER
  }

  private final Iteration iteration = new Iteration();
  private final Role role;
  private State state = State.FLUSHING;
  private @Nullable Timer timer;

  TeardownOperation(TlsConnection connection, Role role) {
    super(connection);
    this.role = role;
  }

  /** Returns the write's claim: there is none beside a teardown. */
  @Override
  protected PendingOperation claimHolder() {
    return connection.writes;
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
    initiate(handler, connection.beginEnding());
  }

  @Override
  protected void start() {
    connection.tearDownBy(this);
    timer = connection.executor.schedule(FLUSH_TIME, this::timedOut);
    advance();
  }

  private void timedOut() {
    finish(
        new StreamException(
            StreamError.TIMEOUT,
            "the peer did not take what was written within "
                + Durations.text(FLUSH_TIME)
                + ": "
                + connection));
  }

  /** Goes on as far as it can; called when something has changed. */
  void advance() {
    iteration.run(this);
  }

  @Override
  public void step() {
    if (state == State.NEXT_LAYER || connection.isOver()) {
      return;
    }
    connection.opener.discard();
    Outflow outflow = connection.outflow;
    outflow.kick();
    if (outflow.isFree() && state == State.FLUSHING) {
      state = State.CLOSE_NOTIFY_SENT;
      if (connection.state.writeEnd == null) {
        connection.sealer.sealCloseNotify();
        outflow.kick();
      }
    }
    if (outflow.isFree()) {
      tearDownNextLayer();
    } else {
      connection.intake.request();
    }
  }

  private void tearDownNextLayer() {
    state = State.NEXT_LAYER;
    stopTimer();
    connection.settle();
    // A peer that did not get our close_notify would wait for us in vain if we let it go first.
    Role sooner = connection.state.failure == null ? role : Role.SERVER;
    try {
      connection.next.asyncTeardown(sooner, this);
    } catch (RuntimeException e) {
      finish(
          new StreamException(StreamError.IO, "the teardown of " + connection.next + " failed", e));
    }
  }

  /** The next layer has been torn down. */
  @Override
  public void completed(@Nullable IOException error, long bytes) {
    finish(error);
  }

  private void finish(@Nullable IOException error) {
    if (isWaiting()) {
      IOException failure = connection.state.failure;
      end(failure != null ? failure : error, 0);
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /** Leaves the stream closed, whatever has come of the teardown. */
  @Override
  protected void ended(@Nullable IOException error, long bytes) {
    stopTimer();
    connection.closeNow();
  }

  @Override
  protected boolean honours(CancellationType type) {
    // Whatever comes of a teardown, the stream does not stay as it was.
    return type == CancellationType.TERMINAL;
  }

  @Override
  protected StreamException cancelled(CancellationType type) {
    return StreamException.cancelled(type, operation() + " was cancelled, the stream is closed");
  }
}
