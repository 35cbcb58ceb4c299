// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.BufferPool;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.internal.protocol.FrameEncoder;
import io.plywire.websocket.internal.protocol.FrameHeader;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends control frames for a machine that holds the turn, from a borrowed buffer, in as many writes
 * of the next layer as it takes. After each answer the machine asks {@link #sent} how far it is.
 */
final class ControlSender {
  /** How far the frame is. */
  enum Progress {
    /** The next layer has failed. */
    FAILED,
    /** The next layer has taken some of it: {@link #sendRest}. */
    PARTLY,
    /** The next layer has taken all of it. */
    WHOLLY
  }

  private final Machine machine;
  private final ByteBuffer[] toNextLayer = {Sources.NOTHING};
  private @Nullable ByteBuffer frame; // borrowed

  ControlSender(Machine machine) {
    this.machine = machine;
  }

  private BufferPool pool() {
    return machine.c.executor.buffers();
  }

  /** Starts to send a control frame; no position of the source moves. */
  Machine.Next send(int opcode, ByteBuffer source, int from, int length) {
    if (length > FrameHeader.MAX_CONTROL_PAYLOAD) {
      throw Sources.changed(); // it was shorter when the call was made
    }
    ByteBuffer borrowed = pool().acquire(FrameEncoder.MAX_CONTROL_FRAME);
    machine.c.encoder().control(opcode, source, from, length, borrowed);
    return send(borrowed.flip());
  }

  /** Starts to send a close frame. */
  Machine.Next sendClose(CloseReason reason) {
    ByteBuffer borrowed = pool().acquire(FrameEncoder.MAX_CONTROL_FRAME);
    machine.c.encoder().close(reason, borrowed);
    return send(borrowed.flip());
  }

  /** Starts to send frames from a borrowed buffer, which is given back when they have gone. */
  Machine.Next send(ByteBuffer frames) {
    assert frame == null : machine + " sends while it sends";
    frame = frames;
    return sendRest();
  }

  /** Starts to send what the next layer has left. */
  Machine.Next sendRest() {
    toNextLayer[0] = Objects.requireNonNull(frame);
    return machine.c.write(toNextLayer, machine);
  }

  /** Takes note of the next layer's answer; the frame is given back unless some of it is left. */
  Progress sent() {
    machine.c.written(machine);
    toNextLayer[0] = Sources.NOTHING;
    if (machine.ioError == null && Objects.requireNonNull(frame).hasRemaining()) {
      return Progress.PARTLY;
    }
    Observation told = machine.c.observation();
    if (told != null && machine.ioError == null) {
      told.controlSent(Objects.requireNonNull(frame));
    }
    release();
    return machine.ioError == null ? Progress.WHOLLY : Progress.FAILED;
  }

  /** Ends what was begun: gives back the frame, and the turn if the machine holds it. */
  void end() {
    release();
    if (machine.c.turn.isHeldBy(machine)) {
      machine.c.turn.pass(machine);
    }
  }

  private void release() {
    ByteBuffer borrowed = frame;
    if (borrowed != null) {
      frame = null;
      pool().release(borrowed);
    }
  }
}
