// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.stream.StreamExecutor;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Lends the buffers between an engine and the streams around it, of the kind that suits the engine:
 * direct ones come from the executor's pool, and those on the heap from a small stack of the
 * current thread.
 */
final class NetworkMemory {
  /** Enough for any record, and for a small write with what the engine adds on its own. */
  static final int SMALL_BYTES = 32 * 1024;

  /** Enough for seven full records: a frame of 64 KiB comes and leaves with one system call. */
  static final int LARGE_BYTES = 128 * 1024;

  private static final int MAX_FREE = 16;

  // Values of the JDK's own types, so that a thread does not keep our class loader alive.
  private static final ThreadLocal<ArrayDeque<ByteBuffer>> SMALL =
      ThreadLocal.withInitial(ArrayDeque::new);
  private static final ThreadLocal<ArrayDeque<ByteBuffer>> LARGE =
      ThreadLocal.withInitial(ArrayDeque::new);

  private final StreamExecutor executor;
  private final boolean direct;

  NetworkMemory(StreamExecutor executor, boolean direct) {
    this.executor = executor;
    this.direct = direct;
  }

  /**
   * Lends a cleared buffer; on the executor's thread.
   *
   * @param bytes {@link #SMALL_BYTES} or {@link #LARGE_BYTES}, the least capacity
   */
  ByteBuffer acquire(int bytes) {
    if (direct) {
      return executor.buffers().acquire(bytes);
    }
    ByteBuffer free = stack(bytes).pollFirst();
    return free == null ? ByteBuffer.allocate(bytes) : free.clear();
  }

  /** Takes back what {@link #acquire} lent; on the executor's thread. */
  void release(ByteBuffer buffer) {
    if (direct) {
      executor.buffers().release(buffer);
      return;
    }
    ArrayDeque<ByteBuffer> free = stack(buffer.capacity());
    if (free.size() < MAX_FREE) {
      free.addFirst(buffer);
    }
  }

  private static ArrayDeque<ByteBuffer> stack(int bytes) {
    return (bytes <= SMALL_BYTES ? SMALL : LARGE).get();
  }
}
