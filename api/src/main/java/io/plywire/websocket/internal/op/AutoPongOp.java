// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.internal.protocol.FrameHeader;
import io.plywire.websocket.internal.protocol.Opcode;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Answers pings. The reader leaves its answers here and reads on: if it waited for its turn to
 * write, two peers that both write and ping could wait for each other forever.
 *
 * <p>Answers that wait for the turn go out together. Memory for them is bounded: when it is used
 * up, only the most recent ping is answered, as RFC 6455 section 5.5.3 allows.
 */
final class AutoPongOp extends Machine {
  /** Room for a dozen of the longest pongs, and for hundreds of short ones. */
  private static final int QUEUED_MAX = 2 << 10;

  private enum Step {
    /** The turn is ours. */
    SEND,
    /** The next layer has taken some of the frames. */
    SENT
  }

  private final ControlSender sender = new ControlSender(this);
  private @Nullable ByteBuffer queued; // whole frames, up to the position; borrowed
  private Step step = Step.SEND;

  AutoPongOp(Connection c) {
    super(c, Kind.AUTO_PONG);
  }

  /** Answers a ping with its payload, which stands at an index of a buffer, in its turn. */
  void answer(ByteBuffer bytes, int start, int length) {
    ByteBuffer waiting = queued;
    if (waiting == null) {
      waiting = c.executor.buffers().acquire(QUEUED_MAX);
      queued = waiting;
    } else if (waiting.position() + c.encoder().controlFrameBytes(length) > QUEUED_MAX) {
      waiting.clear();
    }
    c.encoder().control(Opcode.PONG, bytes, start, length, waiting);
    if (isIdle()) {
      step = Step.SEND;
      startInTurn(); // if the turn is free, nobody else's frame comes before it now
    }
  }

  /** Tells whether an answer of that length would cost the ones that wait. */
  boolean isFull(int payloadLength) {
    int frame = FrameHeader.MAX_HEADER_BYTES + payloadLength;
    return queued != null && queued.position() + frame > QUEUED_MAX;
  }

  @Override
  Next advance() {
    return switch (step) {
      case SEND -> send();
      case SENT -> afterSend();
    };
  }

  private Next send() {
    if (c.lifecycle.hasEnded() || c.lifecycle.isCloseSent()) {
      return Next.DONE;
    }
    ByteBuffer frames = Objects.requireNonNull(queued).flip();
    queued = null;
    step = Step.SENT;
    return sender.send(frames);
  }

  private Next afterSend() {
    return switch (sender.sent()) {
      case FAILED -> {
        c.lifecycle.fail(failure(), null);
        yield Next.DONE;
      }
      case PARTLY -> sender.sendRest();
      case WHOLLY -> queued == null ? Next.DONE : sendMore();
    };
  }

  private Next sendMore() {
    step = Step.SEND;
    return c.turn.offer(this) ? Next.SUSPENDED : Next.AGAIN;
  }

  @Override
  void finish() {
    ByteBuffer waiting = queued;
    if (waiting != null) {
      queued = null;
      c.executor.buffers().release(waiting);
    }
    sender.end();
  }
}
