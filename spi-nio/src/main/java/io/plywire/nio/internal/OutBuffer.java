// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.stream.BufferPool;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that a stream has accepted and not written yet. The memory is borrowed from the loop's pool
 * and given back as soon as it is empty; it grows with need up to the window.
 */
final class OutBuffer {
  // 0 <= head <= tail <= capacity, tail - head <= WINDOW_BYTES; no buffer: head == tail == 0.

  /** How many bytes are held at most. */
  static final int WINDOW_BYTES = 64 * 1024;

  private static final int FIRST_BYTES = 2 * 1024;

  private @Nullable ByteBuffer buffer;
  private int head;
  private int tail;

  boolean isEmpty() {
    return buffer == null;
  }

  int size() {
    return tail - head;
  }

  /** Returns how many more bytes can be appended. */
  int room() {
    return WINDOW_BYTES - size();
  }

  /**
   * Copies bytes in; the positions of the sources stay. Room must have been asked for.
   *
   * @param count how many bytes, of which the sources must have as many
   */
  void append(ByteBuffer[] sources, int count, BufferPool pool) {
    ByteBuffer to = makeRoom(count, pool);
    to.clear();
    tail += copy(sources, to, tail, count);
  }

  /** Returns the content, to be written and followed by {@link #drained}. */
  ByteBuffer content() {
    return held().limit(tail).position(head);
  }

  /**
   * Forgets what was written of {@link #content}, going by its position.
   *
   * @return whether all was
   */
  boolean drained(BufferPool pool) {
    head = held().position();
    if (head < tail) {
      return false;
    }
    discard(pool);
    return true;
  }

  /** Forgets everything. */
  void discard(BufferPool pool) {
    ByteBuffer old = buffer;
    buffer = null;
    head = 0;
    tail = 0;
    if (old != null) {
      pool.release(old);
    }
  }

  private ByteBuffer held() {
    ByteBuffer from = buffer;
    if (from == null) {
      throw new IllegalStateException("nothing is held");
    }
    return from;
  }

  private ByteBuffer makeRoom(int count, BufferPool pool) {
    ByteBuffer current = buffer;
    if (current == null) {
      current = pool.acquire(Math.max(FIRST_BYTES, count));
    } else if (tail + count > current.capacity()) {
      int size = size();
      if (size + count <= current.capacity()) {
        current.clear().put(0, current, head, size);
      } else {
        int bytes = Math.max(size + count, 4 * current.capacity());
        ByteBuffer larger = pool.acquire(Math.min(WINDOW_BYTES, bytes));
        larger.put(0, current.clear(), head, size);
        pool.release(current);
        current = larger;
      }
      head = 0;
      tail = size;
    }
    buffer = current;
    return current;
  }

  /**
   * Copies from several buffers to one, moving no position.
   *
   * @return how many bytes were copied: the count, or less if the sources have less
   */
  static int copy(ByteBuffer[] sources, ByteBuffer to, int index, int count) {
    int copied = 0;
    for (ByteBuffer source : sources) {
      int n = Math.min(source.remaining(), count - copied);
      to.put(index + copied, source, source.position(), n);
      copied += n;
    }
    return copied;
  }

  /** Moves the positions of buffers by as many bytes altogether. */
  static void advance(ByteBuffer[] buffers, long count) {
    long left = count;
    for (ByteBuffer buffer : buffers) {
      int n = (int) Math.min(buffer.remaining(), left);
      buffer.position(buffer.position() + n);
      left -= n;
    }
  }
}
