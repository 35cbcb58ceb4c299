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
 *
 * <p>When the JVM has no direct memory left, a larger free buffer is lent, or {@link
 * OutOfMemoryError} thrown: once the JVM has refused, at once for ten seconds, since it takes half
 * a second each time, in which an event loop serves nobody.
 */
public final class ConfinedBufferPool implements BufferPool {
  private static final int MIN_SHIFT = 9;
  private static final int MAX_SHIFT = 24;

  /** What a buffer has beyond its power of two. */
  private static final int EXTRA_BYTES = 32;

  /** Smaller buffers are not worth a view. */
  private static final int VIEWED_MIN_BYTES = 2 * 1024;

  private final ArrayDeque<ByteBuffer>[] free;
  private final DirectMemory direct;
  private final LongViews views;
  private final long maxRetainedBytes;
  private long retainedBytes;

  /**
   * Makes an empty pool.
   *
   * @param maxRetainedBytes how many free bytes the pool keeps at most
   */
  public ConfinedBufferPool(long maxRetainedBytes) {
    this(maxRetainedBytes, DirectMemory.SHARED);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type has no other way
  ConfinedBufferPool(long maxRetainedBytes, DirectMemory direct) {
    this.direct = direct;
    this.views = new LongViews(direct);
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
      return direct.allocate(minBytes);
    }
    ByteBuffer buffer = free[shift - MIN_SHIFT].pollFirst();
    return buffer == null ? allocate(shift) : taken(buffer);
  }

  private ByteBuffer taken(ByteBuffer buffer) {
    retainedBytes -= buffer.capacity();
    return buffer.clear().order(ByteOrder.BIG_ENDIAN);
  }

  private ByteBuffer allocate(int shift) {
    int capacity = capacity(shift);
    try {
      return isViewed(capacity) ? views.allocate(capacity) : direct.allocate(capacity);
    } catch (OutOfMemoryError e) {
      for (int i = shift - MIN_SHIFT + 1; i < free.length; i++) {
        ByteBuffer larger = free[i].pollFirst();
        if (larger != null) {
          return taken(larger);
        }
      }
      throw e;
    }
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
