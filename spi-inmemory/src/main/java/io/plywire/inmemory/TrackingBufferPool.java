// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.BufferPool;
import io.plywire.stream.StreamExecutor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pool that finds the mistakes of its borrowers. It counts what is lent, refuses what it did not
 * lend or has back already, and fills buffers with a pattern while they are not lent: who reads a
 * buffer after its release gets the pattern, and who writes to it is reported when the buffer is
 * lent again.
 *
 * <p>The pool of an executor works within the tasks of that executor only, and insists on it; the
 * counters may be read by any thread. The pool keeps all buffers and lends the one that has been
 * back for the longest time.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // one borrower at a time
public final class TrackingBufferPool implements BufferPool {
  /** What every byte of a buffer is until a borrower writes to it. */
  public static final byte POISON = (byte) 0xDB;

  private static final long POISON_WORD = 0xDBDBDBDBDBDBDBDBL;
  private static final int MIN_SHIFT = 9;
  private static final int MAX_SHIFT = 30;

  private enum State {
    LENT,
    FREE
  }

  private final @Nullable StreamExecutor owner;
  private final IdentityHashMap<ByteBuffer, State> states = new IdentityHashMap<>();
  private final IdentityHashMap<ByteBuffer, LongBuffer> views = new IdentityHashMap<>();
  private final List<ArrayDeque<ByteBuffer>> free =
      Stream.generate(() -> new ArrayDeque<ByteBuffer>(2))
          .limit(MAX_SHIFT - MIN_SHIFT + 1)
          .toList();

  // Written by the borrowers, who come one after the other.
  private volatile int outstanding;
  private volatile long acquired;

  /** Makes an empty pool that belongs to no executor, and to one thread at a time. */
  public TrackingBufferPool() {
    this.owner = null;
  }

  TrackingBufferPool(StreamExecutor owner) {
    this.owner = owner;
  }

  /** Returns how many buffers are lent. */
  public int outstanding() {
    return outstanding;
  }

  /** Returns how often a buffer was lent. */
  public long acquired() {
    return acquired;
  }

  /**
   * Lends a buffer whose capacity is a power of two.
   *
   * @throws IllegalStateException outside of the executor's tasks, or if the buffer to be lent was
   *     written to after its release
   */
  @Override
  public ByteBuffer acquire(int minBytes) {
    checkOwner("acquire");
    if (minBytes < 0 || minBytes > 1 << MAX_SHIFT) {
      throw new IllegalArgumentException(minBytes + " bytes are not between 0 and 2^" + MAX_SHIFT);
    }
    int shift = shiftFor(minBytes);
    ByteBuffer buffer = free.get(shift - MIN_SHIFT).pollFirst();
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(1 << shift);
      views.put(buffer, buffer.duplicate().order(ByteOrder.nativeOrder()).asLongBuffer());
      poison(buffer);
    } else {
      checkPoison(buffer);
    }
    states.put(buffer, State.LENT);
    outstanding++;
    acquired++;
    return buffer.clear().order(ByteOrder.BIG_ENDIAN);
  }

  /**
   * Takes a buffer back and destroys what is in it.
   *
   * @throws IllegalStateException outside of the executor's tasks, or if the buffer is back already
   * @throws IllegalArgumentException if the buffer is not of this pool
   */
  @Override
  public void release(ByteBuffer buffer) {
    checkOwner("release");
    State state = states.get(buffer);
    if (state == null) {
      throw new IllegalArgumentException(
          buffer + " was not lent by this pool; a slice or duplicate is not the buffer itself");
    }
    if (state == State.FREE) {
      throw new IllegalStateException(buffer + " was released before");
    }
    states.put(buffer, State.FREE);
    poison(buffer);
    free.get(shiftFor(buffer.capacity()) - MIN_SHIFT).addLast(buffer);
    outstanding--;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException outside of the executor's tasks, or if the buffer is back already
   */
  @Override
  public @Nullable LongBuffer longs(ByteBuffer buffer) {
    checkOwner("longs");
    if (states.get(buffer) == State.FREE) {
      throw new IllegalStateException(buffer + " was released");
    }
    return views.get(buffer);
  }

  private void checkOwner(String what) {
    if (owner != null && !owner.isCurrent()) {
      throw new IllegalStateException(
          what + " called outside of the tasks of the executor that owns the pool");
    }
  }

  private static void poison(ByteBuffer buffer) {
    buffer.clear();
    for (int i = 0; i < buffer.capacity(); i += Long.BYTES) {
      buffer.putLong(i, POISON_WORD);
    }
  }

  private static void checkPoison(ByteBuffer buffer) {
    for (int i = 0; i < buffer.capacity(); i += Long.BYTES) {
      if (buffer.getLong(i) != POISON_WORD) {
        throw new IllegalStateException(
            buffer + " was written to after its release, in the eight bytes at " + i);
      }
    }
  }

  private static int shiftFor(int bytes) {
    return Math.max(MIN_SHIFT, Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, bytes) - 1));
  }

  @Override
  public String toString() {
    return "TrackingBufferPool[" + outstanding + " lent, " + states.size() + " owned]";
  }
}
