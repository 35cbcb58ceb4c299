// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.wire;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** Memory for encrypted bytes, shared by the connections of a thread. */
public final class TlsMemory {
  /** How much is read at once. */
  public static final int IN_BYTES = 128 << 10;

  /** All that follows from one read fits, with what encryption adds. */
  private static final int OUT_BYTES = 2 * IN_BYTES;

  private final boolean direct;
  private final Deque<ByteBuffer> ins = new ArrayDeque<>();
  private final Deque<ByteBuffer> outs = new ArrayDeque<>();

  /**
   * Makes memory of a kind.
   *
   * @param direct whether the engine likes direct memory better
   */
  public TlsMemory(boolean direct) {
    this.direct = direct;
  }

  /** Returns whether it is direct. */
  public boolean isDirect() {
    return direct;
  }

  ByteBuffer takeIn() {
    return take(ins, IN_BYTES);
  }

  ByteBuffer takeOut() {
    return take(outs, OUT_BYTES);
  }

  void giveBackIn(ByteBuffer buffer) {
    ins.push(buffer.clear());
  }

  void giveBackOut(ByteBuffer buffer) {
    outs.push(buffer.clear());
  }

  private ByteBuffer take(Deque<ByteBuffer> from, int bytes) {
    ByteBuffer free = from.poll();
    return free != null
        ? free
        : direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
  }
}
