// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.CancellationType;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.Handler;
import io.plywire.stream.OperationException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.WaitType;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.internal.protocol.Violation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What both opening handshakes have in common: writing a message, receiving into the buffer that
 * the reader will go on with, and ending once and for all.
 */
abstract class OpeningOp<T> extends SendingOp {
  private static final int FIRST_READ = 2 << 10;

  private @Nullable Handler<T> handler;
  private @Nullable T result;
  private @Nullable IOException error;

  OpeningOp(Connection c, String name, Handler<T> handler) {
    super(c, Kind.HANDSHAKE, name);
    this.handler = handler;
    claim(); // for ever: one object, one connection
  }

  /** Says why not to go on, before each step: the end of the connection, or a request. */
  final @Nullable IOException calledOff() {
    if (c.hasEnded()) {
      return new StreamException(StreamError.ABORTED, "the connection has ended");
    }
    return cancelRequested == CancellationType.TERMINAL
        ? new StreamException(StreamError.ABORTED, this + " cancelled")
        : null;
  }

  /** Starts to receive more; {@link #received} must follow. */
  final void receive() {
    c.next.asyncReadSome(c.inbound.room(Math.max(FIRST_READ, 2 * c.inbound.size())), this);
  }

  /** Takes note of what came; returns false if an error did. */
  final boolean received() {
    c.inbound.received();
    return ioError == null;
  }

  /** Waits for the next bytes without holding memory for them. */
  final void awaitBytes() {
    c.inbound.trim();
    c.next.asyncWait(WaitType.READ, this);
  }

  /** Ends in success. */
  final Next succeed(T value, @Nullable String subprotocol) {
    c.opened(subprotocol);
    result = value;
    return Next.DONE;
  }

  /** Ends in failure; the layer below is closed. */
  final Next fail(IOException reason) {
    if (!c.hasEnded()) {
      IOException reported = reason;
      if (cancelRequested == CancellationType.TERMINAL
          && reason instanceof OperationException known
          && known.condition() == ErrorCondition.ABORTED) {
        reported =
            StreamException.cancelled(
                CancellationType.TERMINAL, this + " cancelled; the layer below is closed");
      }
      c.fail(reported, this);
    }
    error = c.notOpen(this);
    return Next.DONE;
  }

  /** Tells whether a request came when nothing of ours was with the next layer to be ended. */
  final boolean isCancelled() {
    return cancelRequested == CancellationType.TERMINAL && ioError == null;
  }

  /** Ends as requested. */
  final Next failCancelled() {
    return fail(new StreamException(StreamError.ABORTED, this + " cancelled"));
  }

  final Next fail(Violation violation) {
    return fail(new WebSocketException(violation.error(), violation.detail(), null));
  }

  /** Starts to write bytes of our own; {@link #stillSending} must follow. */
  final Next sendBytes(ByteBuffer bytes) {
    message = bytes;
    send(bytes);
    return Next.SUSPENDED;
  }

  private @Nullable ByteBuffer message;

  /** After a write without error: goes on if the next layer has not taken everything. */
  final boolean stillSending() {
    sent();
    ByteBuffer bytes = Objects.requireNonNull(message);
    if (ioError == null && bytes.hasRemaining()) {
      send(bytes);
      return true;
    }
    return false;
  }

  @Override
  void cancelled(CancellationType type) {
    // Half a handshake is no state to go on from.
    if (type == CancellationType.TERMINAL) {
      cancelNextLayer();
    }
  }

  @Override
  Next broken() {
    error = c.notOpen(this);
    return Next.DONE;
  }

  @Override
  void finish() {
    releaseBuffer();
    message = null;
    if (c.hasEnded()) {
      c.inbound.release();
    } else {
      c.inbound.trim();
    }
    complete(Objects.requireNonNull(handler));
  }

  @Override
  void deliver() {
    Handler<T> target = Objects.requireNonNull(handler);
    IOException failure = error;
    T value = failure == null ? result : null;
    handler = null;
    result = null;
    error = null;
    target.completed(failure, value);
  }
}
