// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.nio.ByteBuffer;

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
}
