// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.stream.StreamExecutor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Lends the buffers between an engine and the streams around it, of the kind that suits the engine:
 * direct ones come from the executor's pool, and those on the heap from a few that the current
 * thread keeps.
 */
final class NetworkMemory {
  /** Enough for any record, and for a small write with what the engine adds on its own. */
  static final int SMALL_BYTES = 32 * 1024;

  /** Enough for seven full records: a frame of 64 KiB comes and leaves with one system call. */
  static final int LARGE_BYTES = 128 * 1024;

  private static final int MAX_FREE = 16;

  // Values of the JDK's own types, so that a thread does not keep our class loader alive. The first
  // places are used first, so that it is nearly always the very first, and what is in it still in
  // the processor's cache.
  private static final ThreadLocal<@Nullable ByteBuffer[]> SMALL =
      ThreadLocal.withInitial(() -> new ByteBuffer[MAX_FREE]);
  private static final ThreadLocal<@Nullable ByteBuffer[]> LARGE =
      ThreadLocal.withInitial(() -> new ByteBuffer[MAX_FREE]);

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
    @Nullable ByteBuffer[] free = free(bytes);
    for (int i = 0; i < free.length; i++) {
      ByteBuffer buffer = free[i];
      if (buffer != null) {
        free[i] = null;
        return buffer.clear();
      }
    }
    return ByteBuffer.allocate(bytes);
  }

  /** Takes back what {@link #acquire} lent; on the executor's thread. */
  void release(ByteBuffer buffer) {
    if (direct) {
      executor.buffers().release(buffer);
      return;
    }
    @Nullable ByteBuffer[] free = free(buffer.capacity());
    for (int i = 0; i < free.length; i++) {
      if (free[i] == null) {
        free[i] = buffer;
        return;
      }
    }
  }

  private static @Nullable ByteBuffer[] free(int bytes) {
    return (bytes <= SMALL_BYTES ? SMALL : LARGE).get();
  }
}
