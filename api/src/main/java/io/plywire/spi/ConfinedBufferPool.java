// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.BufferPool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A pool for one thread: a stack of free buffers for each power of two, each a little larger than
 * that, so that content of a round size fits together with what a layer puts around it. The most
 * recently returned buffer is lent first, since it is the one still in the processor's cache. What
 * exceeds the bound is left to the garbage collector.
 */
public final class ConfinedBufferPool implements BufferPool {
  private static final int MIN_SHIFT = 9;
  private static final int MAX_SHIFT = 24;

  /** What a buffer has beyond its power of two. */
  private static final int EXTRA_BYTES = 32;

  /** Smaller buffers are not worth a view. */
  private static final int VIEWED_MIN_BYTES = 2 * 1024;

  private final ArrayDeque<ByteBuffer>[] free;
  private final LongViews views = new LongViews();
  private final long maxRetainedBytes;
  private long retainedBytes;

  /**
   * Makes an empty pool.
   *
   * @param maxRetainedBytes how many free bytes the pool keeps at most
   */
  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type has no other way
  public ConfinedBufferPool(long maxRetainedBytes) {
    this.maxRetainedBytes = maxRetainedBytes;
    this.free = new ArrayDeque[MAX_SHIFT - MIN_SHIFT + 1];
    for (int i = 0; i < free.length; i++) {
      free[i] = new ArrayDeque<>(4);
    }
  }

  @Override
  public ByteBuffer acquire(int minBytes) {
    int shift = shiftFor(minBytes);
    if (shift > MAX_SHIFT) {
      return ByteBuffer.allocateDirect(minBytes);
    }
    ByteBuffer buffer = free[shift - MIN_SHIFT].pollFirst();
    if (buffer == null) {
      int capacity = capacity(shift);
      return isViewed(capacity) ? views.allocate(capacity) : ByteBuffer.allocateDirect(capacity);
    }
    retainedBytes -= buffer.capacity();
    return buffer.clear().order(ByteOrder.BIG_ENDIAN);
  }

  @Override
  public void release(ByteBuffer buffer) {
    int capacity = buffer.capacity();
    int shift = shiftFor(capacity);
    if (shift > MAX_SHIFT
        || capacity != capacity(shift)
        || retainedBytes + capacity > maxRetainedBytes) {
      views.drop(buffer);
      return;
    }
    retainedBytes += capacity;
    free[shift - MIN_SHIFT].addFirst(buffer);
  }

  @Override
  public @Nullable LongBuffer longs(ByteBuffer buffer) {
    return isViewed(buffer.capacity()) ? views.of(buffer) : null;
  }

  private static boolean isViewed(int capacity) {
    return capacity >= VIEWED_MIN_BYTES;
  }

  /** Returns how many bytes lie free in the pool. */
  public long retainedBytes() {
    return retainedBytes;
  }

  private static int shiftFor(int bytes) {
    int payload = Math.max(1, bytes - EXTRA_BYTES);
    return Math.max(MIN_SHIFT, Integer.SIZE - Integer.numberOfLeadingZeros(payload - 1));
  }

  private static int capacity(int shift) {
    return (1 << shift) + EXTRA_BYTES;
  }
}
