// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An operation that writes to the next layer, from a buffer that it borrows for the purpose. */
abstract class SendingOp extends Op {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private ByteBuffer @Nullable [] one; // made when it is needed first

  /** What is being sent, between position and limit; borrowed. */
  @Nullable ByteBuffer buffer;

  SendingOp(Connection c, Kind kind) {
    super(c, kind);
  }

  /** Starts to write what the buffer holds; some of it will have gone when this is resumed. */
  final void send(ByteBuffer what) {
    ByteBuffer[] single = one;
    if (single == null) {
      single = new ByteBuffer[1];
      one = single;
    }
    single[0] = what;
    sendAll(single);
  }

  /** Starts to write; some of it will have gone when this is resumed. */
  final void sendAll(ByteBuffer[] what) {
    c.liveness.writing(this);
    c.next.asyncWriteSome(what, this);
  }

  /** Notes the end of a write that was started with {@link #send}; forgets the buffers. */
  final void sent() {
    c.liveness.wrote();
    if (one != null) {
      one[0] = NOTHING;
    }
    if (ioError == null && ioBytes == 0) {
      throw new IllegalStateException(
          "the next layer took nothing: it breaks its contract, or a buffer was changed");
    }
  }

  final void releaseBuffer() {
    ByteBuffer borrowed = buffer;
    if (borrowed != null) {
      buffer = null;
      c.executor.buffers().release(borrowed);
    }
  }
}
