// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseOutcome.TransportEnd;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The life of a connection: where it stands, what may follow, how it ended, and how those are told
 * who come too late. Every transition is made here.
 *
 * <pre>
 *   NEW → HANDSHAKE → OPEN → CLOSING → CLOSED      a connection that nobody opened: NEW → CLOSED
 *     └────────┴───────┴────────┴────→ FAILED
 *   NEW ──────────→ OPEN                           one that somebody else has opened
 * </pre>
 *
 * <p>Any thread may ask where it stands; transitions are the executor's.
 */
final class Lifecycle {
  private enum Status {
    /** Nobody has opened it. */
    NEW,
    /** The opening handshake is under way. */
    HANDSHAKE,
    /** Messages are exchanged. */
    OPEN,
    /** A close frame has come, or is sent: no new message begins. */
    CLOSING,
    /** Both close frames were exchanged, and the layer below is torn down. */
    CLOSED,
    /** It ended in any other way. */
    FAILED;

    boolean leadsTo(Status next) {
      return switch (this) {
        case NEW -> next == HANDSHAKE || next == OPEN || next == CLOSED || next == FAILED;
        case HANDSHAKE -> next == OPEN || next == FAILED;
        case OPEN -> next == CLOSING || next == FAILED;
        case CLOSING -> next == CLOSED || next == FAILED;
        case CLOSED, FAILED -> false;
      };
    }
  }

  private static final AtomicIntegerFieldUpdater<Lifecycle> OPENINGS =
      AtomicIntegerFieldUpdater.newUpdater(Lifecycle.class, "openings");

  private final Connection c;
  private volatile Status status = Status.NEW;
  private volatile int openings; // that were begun
  private volatile @Nullable OpeningOp<?> opening; // while it is under way
  private @Nullable CloseRecord record; // made when there is something to note
  private boolean answerAwaited; // to the peer's close frame, by the application

  Lifecycle(Connection c) {
    this.c = c;
  }

  private void become(Status next) {
    assert status.leadsTo(next) : "from " + status + " to " + next;
    status = next;
  }

  // ---- where it stands

  /** Tells whether messages can be exchanged. */
  boolean isOpen() {
    return status == Status.OPEN;
  }

  /** Tells whether there is a peer to exchange frames with. */
  boolean isEstablished() {
    Status now = status;
    return now == Status.OPEN || now == Status.CLOSING;
  }

  /** Tells whether it is over, in whatever way. */
  boolean hasEnded() {
    Status now = status;
    return now == Status.CLOSED || now == Status.FAILED;
  }

  /** Tells whether it is over, and ended as it should. */
  boolean isClosed() {
    return status == Status.CLOSED;
  }

  /** Tells whether a close frame of this side has gone, after which nothing may follow. */
  boolean isCloseSent() {
    return record != null && record.isSent();
  }

  // ---- the opening

  /** Somebody opens the connection, on any thread. */
  void beginOpening(OpeningOp<?> op) {
    if (!OPENINGS.compareAndSet(this, 0, 1)) {
      throw new IllegalStateException(
          "one stream serves one connection; make a new one for another handshake");
    }
    opening = op;
  }

  /** Somebody else has opened the connection. */
  void openingOmitted() {
    openings = 1;
  }

  /** The handshake begins; returns false if the connection has ended before. */
  boolean openingStarted() {
    if (status != Status.NEW) {
      return false;
    }
    become(Status.HANDSHAKE);
    c.liveness.handshakeStarted();
    return true;
  }

  /** The handshake has succeeded. */
  void opened() {
    become(Status.OPEN);
    c.liveness.handshakeEnded();
  }

  /** The handshake has ended, and with it the use of all that it has read. */
  void openingEnded() {
    opening = null;
  }

  // ---- the closing handshake

  /** From now on no new message begins. */
  void beginClosing() {
    if (hasEnded()) {
      return; // and no deadline begins any more
    }
    if (status == Status.OPEN) {
      become(Status.CLOSING);
    }
    c.liveness.closingStarted();
  }

  /** Our close frame is out. */
  void closeFrameSent(CloseReason reason) {
    assert !isCloseSent() : "a second close frame";
    record().sent(c.role(), reason);
  }

  /**
   * The peer's close frame is in.
   *
   * @return false if the application answers it when it likes, and may write until then
   */
  boolean closeFrameReceived(CloseReason reason) {
    record().received(c.peer(), reason);
    if (isOpen() && !c.settings.answerClose) {
      answerAwaited = true;
      return false;
    }
    beginClosing();
    return true;
  }

  /** Tells whether the peer's close frame is in, and its answer left to the application. */
  boolean isAnswerAwaited() {
    return answerAwaited;
  }

  private CloseRecord record() {
    if (record == null) {
      record = new CloseRecord();
    }
    return record;
  }

  // ---- the end

  /** The closing handshake is done, and the layer below is torn down, or failed at that. */
  void closed(@Nullable IOException teardownError) {
    if (hasEnded()) {
      return;
    }
    record()
        .transportEnded(
            teardownError == null ? TransportEnd.GRACEFUL : transportEnd(teardownError));
    end(Status.CLOSED);
  }

  /** Ends a connection that is not open yet, because the application closes it. */
  void abandon() {
    if (status == Status.NEW) {
      end(Status.CLOSED);
    } else {
      fail(
          new StreamException(StreamError.ABORTED, "closed during the opening handshake"), opening);
    }
  }

  /** Ends an open connection for a reason of this side; the peer is told, as of a violation. */
  void breakOff(CloseReason reason, IOException cause) {
    if (isOpen()) { // else it ends already, within the time for closing
      beginClosing();
      c.operations.closeReply().refuse(reason, cause);
    }
  }

  /** Ends the connection because the application wants nothing more of it. */
  void abort() {
    fail(closedHere(), c.operations.writeIfAny());
  }

  /**
   * Ends the connection because of a failure. The layer below is closed, which ends what is pending
   * there; one operation is told the failure and all others that they were aborted.
   *
   * @param cause the failure
   * @param culprit who is told; if it is null, or serves no call, one of those that wait is
   */
  void fail(IOException cause, @Nullable CallOp culprit) {
    if (hasEnded()) {
      return;
    }
    record()
        .failed(
            wasClosedHere(cause) ? closedHere() : cause,
            culprit == null || !culprit.isRunning() ? firstWaiting() : culprit);
    record().transportEnded(transportEnd(cause));
    end(Status.FAILED);
  }

  /** A deadline has passed. */
  void timeout(String message, @Nullable CallOp culprit) {
    fail(new StreamException(StreamError.TIMEOUT, message), culprit);
  }

  /** The deadline of the opening handshake has passed. */
  void openingTimeout(String message) {
    OpeningOp<?> late = opening;
    if (late != null && late.answersAtDeadline()) {
      return;
    }
    IOException known = late == null ? null : late.atDeadline();
    fail(known == null ? new StreamException(StreamError.TIMEOUT, message) : known, late);
  }

  /** The opening handshake shall not wait for requests that nobody may ever send. */
  void serveNoMore() {
    OpeningOp<?> served = opening;
    if (served != null) {
      served.serveNoMore();
    }
  }

  private @Nullable CallOp firstWaiting() {
    OpeningOp<?> first = opening;
    return first != null && first.isRunning() ? first : c.operations.firstRunning();
  }

  private static StreamException closedHere() {
    return new StreamException(StreamError.ABORTED, "the WebSocket was closed here");
  }

  /** Tells whether an operation came to the next layer right after the application closed that. */
  private static boolean wasClosedHere(IOException cause) {
    return cause instanceof StreamException known && known.error() == StreamError.CLOSED;
  }

  private static TransportEnd transportEnd(IOException cause) {
    return cause instanceof OperationException known
            && known.condition() == ErrorCondition.CONNECTION_LOST
        ? TransportEnd.BROKEN_OFF
        : TransportEnd.CLOSED_HERE;
  }

  private void end(Status how) {
    boolean wasOpen = isEstablished();
    become(how);
    c.next.close(); // if it is not yet, as after a teardown
    c.liveness.stop();
    c.releaseCompression();
    OpeningOp<?> first = opening;
    if (first != null) {
      first.ended();
    }
    c.operations.ended();
    c.ended(wasOpen);
  }

  // ---- how it is told

  /** Makes the error of an operation that is pending and cannot go on. */
  IOException notOpen(CallOp op) {
    return switch (status) {
      case NEW -> aborted(op, "the WebSocket has not been opened yet", null);
      case HANDSHAKE -> aborted(op, "the opening handshake has not succeeded yet", null);
      case OPEN, CLOSING -> aborted(op, "the WebSocket is closing", null);
      case CLOSED -> aborted(op, "the WebSocket is " + outcome(), null);
      case FAILED -> failed(op);
    };
  }

  private IOException failed(CallOp op) {
    IOException cause = Objects.requireNonNull(record().failure());
    return record().tells(op)
        ? cause
        : aborted(op, "the WebSocket has failed: " + cause.getMessage(), cause);
  }

  /**
   * Makes the error of an operation that was started when closing had begun or all was over. A
   * failure that nobody has been told yet is told to the first of them.
   */
  IOException tooLate(CallOp op) {
    return switch (status) {
      case NEW, HANDSHAKE -> notOpen(op);
      case OPEN, CLOSING, CLOSED -> WebSocketException.tooLate(op.toString(), endOutcome());
      case FAILED -> {
        IOException failure = Objects.requireNonNull(record().failure());
        yield record().tells(op)
            ? failure
            : WebSocketException.tooLate(op.toString(), endOutcome());
      }
    };
  }

  private static StreamException aborted(CallOp op, String why, @Nullable IOException cause) {
    return new StreamException(StreamError.ABORTED, op + " aborted: " + why, cause);
  }

  /** Returns how the connection ended, or null if it has not. */
  @Nullable CloseOutcome endOutcome() {
    return hasEnded() ? outcome() : null;
  }

  /** Returns how the connection ended, as far as is known. */
  CloseOutcome outcome() {
    CloseRecord known = record; // any thread may ask, so nothing is made here for later
    return (known == null ? new CloseRecord() : known).outcome();
  }

  @Override
  public String toString() {
    return status.name();
  }
}
