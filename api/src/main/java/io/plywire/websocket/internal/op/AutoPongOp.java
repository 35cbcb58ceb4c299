// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.CancellationType;
import io.plywire.websocket.internal.protocol.FrameHeader;
import io.plywire.websocket.internal.protocol.Opcode;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Answers pings. The reader leaves its answers here and reads on: if it waited for its turn to
 * write, two peers that both write and ping could wait for each other for ever.
 *
 * <p>Answers that wait for the turn go out together. Memory for them is bounded: when it is used
 * up, only the most recent ping is answered, as RFC 6455 section 5.5.3 allows.
 */
final class AutoPongOp extends SendingOp {
  /** Room for a dozen of the longest pongs, and for hundreds of short ones. */
  private static final int QUEUED_MAX = 2 << 10;

  private enum Step {
    IDLE,
    SEND,
    SENT
  }

  private @Nullable ByteBuffer queued; // whole frames, up to the position; borrowed
  private Step step = Step.IDLE;

  AutoPongOp(Connection c) {
    super(c, Kind.AUTO_PONG);
  }

  /** Answers a ping with its payload, which stands at an index of a buffer, in its turn. */
  void answer(ByteBuffer bytes, int start, int length) {
    ByteBuffer waiting = queued;
    if (waiting == null) {
      waiting = c.executor.buffers().acquire(QUEUED_MAX);
      queued = waiting;
    } else if (waiting.position() + c.encoder.controlFrameBytes(length) > QUEUED_MAX) {
      waiting.clear();
    }
    c.encoder.control(Opcode.PONG, bytes, start, length, waiting);
    if (step == Step.IDLE) {
      step = Step.SEND;
      if (c.turn.take(this)) {
        resumeLater(); // nobody else's frame comes before it now
      }
    }
  }

  /** Tells whether an answer of that length would cost the ones that wait. */
  boolean isFull(int payloadLength) {
    int frame = FrameHeader.MAX_HEADER_BYTES + payloadLength;
    return queued != null && queued.position() + frame > QUEUED_MAX;
  }

  @Override
  void begin() {}

  @Override
  Next advance() {
    return switch (step) {
      case SEND -> sendQueued();
      case SENT -> afterSend();
      case IDLE -> throw new AssertionError(step);
    };
  }

  private Next sendQueued() {
    if (c.hasEnded() || c.closeSent) {
      return Next.DONE;
    }
    buffer = Objects.requireNonNull(queued).flip();
    queued = null;
    step = Step.SENT;
    send(buffer);
    return Next.SUSPENDED;
  }

  private Next afterSend() {
    sent();
    if (ioError != null) {
      c.fail(ioError, null);
      return Next.DONE;
    }
    if (Objects.requireNonNull(buffer).hasRemaining()) {
      send(buffer);
      return Next.SUSPENDED;
    }
    releaseBuffer();
    if (queued == null) {
      return Next.DONE;
    }
    step = Step.SEND;
    return c.turn.offer(this) ? Next.SUSPENDED : Next.AGAIN;
  }

  @Override
  void cancelled(CancellationType type) {}

  @Override
  void finish() {
    step = Step.IDLE;
    releaseBuffer();
    ByteBuffer waiting = queued;
    if (waiting != null) {
      queued = null;
      c.executor.buffers().release(waiting);
    }
    if (c.turn.isHeldBy(this)) {
      c.turn.pass(this);
    }
  }

  @Override
  void deliver() {}
}
