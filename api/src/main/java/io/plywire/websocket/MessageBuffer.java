// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import java.nio.ByteBuffer;
import java.util.function.LongFunction;

/**
 * Memory that grows with the message read into it, to be used again for the next one. It belongs to
 * a read while that is outstanding. Not thread-safe.
 */
public final class MessageBuffer {
  private static final int SMALLEST = 256;

  private final int maxBytes;
  private final boolean direct;
  private ByteBuffer bytes;

  /** What a read asks for memory; one object, so that reading makes no garbage. */
  final LongFunction<ByteBuffer> growth = this::room;

  /**
   * Makes an empty heap buffer that grows without a limit of its own.
   *
   * @param initialBytes how much memory to begin with
   */
  public MessageBuffer(int initialBytes) {
    this(initialBytes, Integer.MAX_VALUE - 8, false);
  }

  /**
   * Makes an empty buffer.
   *
   * @param initialBytes how much memory to begin with
   * @param maxBytes how far it grows; a longer message fails with {@link
   *     WebSocketError#BUFFER_OVERFLOW}
   * @param direct whether to use direct memory
   * @throws IllegalArgumentException if a size is negative or the first exceeds the second
   */
  public MessageBuffer(int initialBytes, int maxBytes, boolean direct) {
    if (initialBytes < 0 || initialBytes > maxBytes) {
      throw new IllegalArgumentException(
          "initial size " + initialBytes + " is not between 0 and the maximum " + maxBytes);
    }
    this.maxBytes = maxBytes;
    this.direct = direct;
    this.bytes = allocate(initialBytes);
  }

  /** Returns how many bytes it holds. */
  public int size() {
    return bytes.position();
  }

  /**
   * Returns a view of the bytes it holds, from position to limit. The view is good until the next
   * read into this buffer or {@link #clear}.
   */
  public ByteBuffer data() {
    return bytes.duplicate().flip();
  }

  /** Forgets the content and keeps the memory. */
  public void clear() {
    bytes.clear();
  }

  /**
   * Returns the memory to write into, from position to limit, with at least one byte of room if the
   * maximum allows.
   *
   * @param wanted how many bytes are known to come, in bytes
   * @return the memory; without room when the maximum is reached
   */
  private ByteBuffer room(long wanted) {
    int used = bytes.position();
    long needed = Math.min(maxBytes, used + Math.max(1, wanted));
    if (needed > bytes.capacity()) {
      long doubled = Math.min(maxBytes, Math.max(SMALLEST, bytes.capacity() * 2L));
      ByteBuffer bigger = allocate((int) Math.max(needed, doubled));
      bigger.put(bytes.flip());
      bytes = bigger;
    }
    return bytes;
  }

  private ByteBuffer allocate(int size) {
    return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
  }
}
