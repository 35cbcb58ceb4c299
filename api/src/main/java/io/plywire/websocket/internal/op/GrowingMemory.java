// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.BufferPool;
import io.plywire.websocket.MessageBuffer;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a read does with a {@link MessageBuffer} and its users cannot. There is one object for all
 * of them, which the class leaves here when it is loaded: one for each would cost as much memory as
 * some of them hold.
 */
public abstract class GrowingMemory {
  private static volatile @Nullable GrowingMemory access;

  /** For the class alone. */
  protected GrowingMemory() {}

  /** Leaves the only object of its kind here. */
  protected static void publish(GrowingMemory only) {
    access = only;
  }

  static GrowingMemory access() {
    return Objects.requireNonNull(access); // whoever has such a buffer has loaded its class
  }

  /**
   * Returns the memory to write into, from position to limit, with at least one byte of room unless
   * it cannot grow any more.
   *
   * @param wanted how many bytes are expected
   * @param most how many bytes can come at most
   */
  protected abstract ByteBuffer room(MessageBuffer memory, long wanted, long most);

  /**
   * Tells whether a message may stay where it was received: whether {@link #adopt} will take over
   * memory of the pool.
   *
   * @param pool where the memory was borrowed
   * @param bytes how long the message is, as far as is known
   */
  protected abstract boolean adopts(MessageBuffer memory, BufferPool pool, long bytes);

  /**
   * Takes over a borrowed buffer with the beginning of the message, from a start to its position.
   * What stands before the start is of no use any more.
   */
  protected abstract void adopt(MessageBuffer memory, ByteBuffer received, int start);
}
