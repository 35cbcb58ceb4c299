// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * Direct memory of the JVM. Before the JVM refuses any, it collects garbage and sleeps, half a
 * second in all, during which an event loop would serve nobody. So who was refused is refused at
 * once for a while, and the connections that asked end, and give back what they have.
 */
final class DirectMemory {
  /** Of all pools, as there is one memory. */
  static final DirectMemory SHARED = new DirectMemory(ByteBuffer::allocateDirect, System::nanoTime);

  private static final long PAUSE_NANOS = 10_000_000_000L;

  private final IntFunction<ByteBuffer> source;
  private final LongSupplier clock;
  private volatile boolean refused;
  private volatile long refusedAt;

  DirectMemory(IntFunction<ByteBuffer> source, LongSupplier clock) {
    this.source = source;
    this.clock = clock;
  }

  /**
   * Allocates.
   *
   * @throws OutOfMemoryError if there is not so much
   */
  ByteBuffer allocate(int bytes) {
    if (refused && clock.getAsLong() - refusedAt < PAUSE_NANOS) {
      throw new OutOfMemoryError(
          "no direct memory for " + bytes + " bytes: it was used up a moment ago");
    }
    try {
      ByteBuffer memory = source.apply(bytes);
      if (refused) {
        refused = false;
      }
      return memory;
    } catch (OutOfMemoryError e) {
      refusedAt = clock.getAsLong();
      refused = true;
      throw e;
    }
  }
}
