// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.BufferPool;
import java.nio.ByteBuffer;

/** Memory of the caller's that grows as a message arrives. */
public interface GrowingMemory {
  /**
   * Returns the memory to write into, from position to limit, with at least one byte of room unless
   * it cannot grow any more.
   *
   * @param wanted how many bytes are expected
   * @param most how many bytes can come at most
   */
  ByteBuffer room(long wanted, long most);

  /**
   * Tells whether a message may stay where it was received: whether {@link #adopt} will take over
   * memory of the pool.
   *
   * @param pool where the memory was borrowed
   * @param bytes how long the message is, as far as is known
   */
  boolean adopts(BufferPool pool, long bytes);

  /**
   * Takes over a borrowed buffer with the beginning of the message, from a start to its position.
   * What stands before the start is of no use any more.
   */
  void adopt(ByteBuffer received, int start);
}
