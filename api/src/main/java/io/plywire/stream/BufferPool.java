// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Lends direct buffers for the short time an operation needs one, so that an idle connection owns
 * none. A pool belongs to one executor and is used on its thread only.
 */
public interface BufferPool {
  /**
   * Lends a cleared big-endian direct buffer. The borrower has it alone until {@link #release}.
   *
   * @param minBytes the least capacity, in bytes
   * @return a buffer whose limit is its capacity
   */
  ByteBuffer acquire(int minBytes);

  /**
   * Takes a buffer back. The borrower must not touch it afterwards.
   *
   * @param buffer one that {@link #acquire} lent and that was not returned yet
   */
  void release(ByteBuffer buffer);

  /**
   * Returns the memory of a lent buffer as longs: from the buffer's first byte on, in the machine's
   * byte order, for as long as the buffer is lent. Loops over long contents run in vectors through
   * such a view, and in a third of the time. It has to be at hand: making one for each call is
   * garbage.
   *
   * @param buffer any buffer
   * @return null if the pool has no view of it, or did not lend it; this implementation never has
   */
  default @Nullable LongBuffer longs(ByteBuffer buffer) {
    return null;
  }
}
