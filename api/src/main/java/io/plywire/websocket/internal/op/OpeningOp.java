// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.CancellationType;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.Handler;
import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.WaitType;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.protocol.HttpHeadScanner;
import io.plywire.websocket.internal.protocol.Violation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What both opening handshakes have in common: writing a message, receiving into the buffer that
 * the reader will go on with, and ending once and for all.
 */
abstract class OpeningOp<T> extends CallOp {
  private static final int FIRST_READ = 2 << 10;

  private enum Reading {
    NO,
    HEAD,
    HEAD_READY,
    HEAD_RECEIVED
  }

  private @Nullable Handler<T> handler;
  private @Nullable T result;
  private @Nullable HttpHeadScanner scanner;
  private Reading reading = Reading.NO;
  private ByteBuffer[] sending = {}; // a message of our own

  OpeningOp(Connection c, Kind kind, Handler<T> handler) {
    super(c, kind);
    this.handler = handler;
    claim(); // and never give it back: one object, one connection
  }

  @Override
  final void begin() {
    boolean taken = c.turn.take(this);
    assert taken : c; // nobody else writes before the opening is over
  }

  @Override
  final void arrived() {
    if (c.lifecycle.hasEnded()) {
      error = c.lifecycle.tooLate(this);
      finish();
    } else {
      drive();
    }
  }

  /** Returns what this ends with when its time is over, or null for a timeout. */
  @Nullable IOException atDeadline() {
    return null;
  }

  /** Says a last word when its time is over; returns false if there is nothing to say. */
  boolean answersAtDeadline() {
    return false;
  }

  /**
   * Answers one more request if it is under way, or the first, and no others; a WebSocket may open.
   */
  void serveNoMore() {}

  /** Tells whether it waits for nothing that the end of the layer below would end. */
  boolean isParked() {
    return false;
  }

  /** Goes on if it waits for nothing else. */
  final void goOn() {
    if (isParked() && isSuspended()) {
      resumeLater();
    }
  }

  @Override
  final void ended() {
    goOn();
  }

  // ---- steps

  /** Makes one of the subclass's own steps. */
  abstract Next step();

  /** Takes the head that was found, as long as the scanner says, out of the inbound bytes. */
  abstract Next headFound(int length);

  /** Ends because the bytes are no head. */
  abstract Next headRefused(Violation violation);

  /** Words the end of the connection within a head. */
  abstract String endWithinHead();

  @Override
  final Next advance() {
    if (c.lifecycle.hasEnded()) {
      return fail(new StreamException(StreamError.ABORTED, "the connection has ended"));
    }
    if (cancelRequested == CancellationType.TERMINAL) {
      return fail(cancelledByForce());
    }
    return switch (reading) {
      case NO -> step();
      case HEAD -> scan();
      case HEAD_READY -> afterWait();
      case HEAD_RECEIVED -> afterHeadBytes();
    };
  }

  /** Reads a head next; {@link #headFound} or {@link #headRefused} will follow. */
  final Next readHead(HttpHeadScanner with) {
    scanner = with;
    reading = Reading.HEAD;
    return Next.AGAIN;
  }

  private Next scan() {
    PeerWatch before = c.operations.read.watch;
    if (before != null) {
      return before.resumeAfter(this);
    }
    HttpHeadScanner head = Objects.requireNonNull(scanner);
    int found = c.inbound.isEmpty() ? HttpHeadScanner.NEED_MORE : head.scan(c.inbound.bytes());
    if (found == HttpHeadScanner.NEED_MORE) {
      reading = Reading.HEAD_READY;
      c.inbound.trim(); // no memory is held while there is nothing to put into it
      c.next.asyncWait(WaitType.READ, this);
      return Next.SUSPENDED;
    }
    reading = Reading.NO;
    return found == HttpHeadScanner.HEAD
        ? headFound(head.headLength())
        : headRefused(Objects.requireNonNull(head.violation()));
  }

  /** Tells whether a head is awaited of which nothing has come. */
  final boolean isBetweenHeads() {
    return (reading == Reading.HEAD || reading == Reading.HEAD_READY)
        && Objects.requireNonNull(scanner).atStart();
  }

  private Next afterWait() {
    if (ioError != null) {
      return fail(ended(ioError));
    }
    reading = Reading.HEAD_RECEIVED;
    receive();
    return Next.SUSPENDED;
  }

  private Next afterHeadBytes() {
    if (!received()) {
      return fail(ended(Objects.requireNonNull(ioError)));
    }
    reading = Reading.HEAD;
    return Next.AGAIN;
  }

  private IOException ended(IOException cause) {
    boolean lost =
        cause instanceof OperationException known
            && known.condition() == ErrorCondition.CONNECTION_LOST;
    if (!lost) {
      return cause;
    }
    return c.role() == Role.SERVER && Objects.requireNonNull(scanner).atStart()
        ? new WebSocketException(
            WebSocketError.CLOSED, "the client left without sending a request", cause)
        : new StreamException(StreamError.EOF, endWithinHead(), cause);
  }

  /** Starts to receive more; {@link #received} must follow. */
  final void receive() {
    c.next.asyncReadSome(c.inbound.room(Math.max(FIRST_READ, 2 * c.inbound.size())), this);
  }

  /** Takes note of what came; returns false if an error did. */
  final boolean received() {
    c.inbound.received(ioBytes, 0);
    return ioError == null;
  }

  /** Ends in success. */
  final Next succeed(T value, @Nullable String subprotocol, @Nullable DeflateParameters deflate) {
    c.opened(subprotocol, deflate);
    result = value;
    return Next.DONE;
  }

  @Override
  StreamException cancelledByForce() {
    return StreamException.cancelled(
        CancellationType.TERMINAL, this + " cancelled; the layer below is closed");
  }

  final Next fail(Violation violation) {
    return fail(new WebSocketException(violation.error(), violation.detail(), null));
  }

  /** Starts to write bytes of our own; {@link #stillSending} must follow. */
  final Next sendBytes(ByteBuffer bytes) {
    sending = new ByteBuffer[] {bytes};
    return c.write(sending, this);
  }

  /** After a write: goes on if the next layer has not taken everything, and has not failed. */
  final boolean stillSending() {
    c.written(this);
    if (ioError == null && sending[0].hasRemaining()) {
      c.write(sending, this);
      return true;
    }
    return false;
  }

  @Override
  void cancelled(CancellationType type) {
    // Half a handshake is no state to go on from.
    if (type == CancellationType.TERMINAL) {
      cancelNextLayer();
      goOn();
    }
  }

  @Override
  void finish() {
    c.turn.pass(this);
    sending = new ByteBuffer[0];
    if (c.lifecycle.hasEnded()) {
      c.inbound.release();
    } else {
      c.inbound.trim();
    }
    c.lifecycle.openingEnded();
    complete(Objects.requireNonNull(handler));
  }

  @Override
  void deliver() {
    Handler<T> target = Objects.requireNonNull(handler);
    IOException failure = error;
    T value = failure == null ? result : null;
    handler = null;
    result = null;
    target.completed(failure, value);
  }
}
