// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.BufferPool;
import io.plywire.websocket.internal.op.MessageMemory;
import java.nio.ByteBuffer;

/**
 * Memory that grows with the message read into it, to be used again for the next one. It belongs to
 * a read while that is outstanding. Not thread-safe.
 */
public final class MessageBuffer {
  final MessageMemory memory;

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
    this.memory = new MessageMemory(initialBytes, maxBytes, direct);
  }

  private MessageBuffer(MessageMemory memory) {
    this.memory = memory;
  }

  /**
   * Makes an empty buffer that has memory only while it holds something: a read borrows it when a
   * message comes, and {@link #clear} gives it back. So a connection that waits for a message owns
   * none, and reading makes no garbage. A message of some KiB and more stays in the memory that it
   * was received in, without a copy; it then holds up to four times its length.
   *
   * @param pool that of the {@linkplain WebSocketStream#executor() executor} of the stream that
   *     reads; everything but making this object is then for the executor's thread only
   * @param maxBytes how far it grows; a longer message fails with {@link
   *     WebSocketError#BUFFER_OVERFLOW}
   * @throws IllegalArgumentException if the maximum is negative
   */
  public static MessageBuffer borrowing(BufferPool pool, int maxBytes) {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("maximum " + maxBytes + " is negative");
    }
    return new MessageBuffer(new MessageMemory(pool, maxBytes));
  }

  /** Returns how many bytes it holds. */
  public int size() {
    return memory.size();
  }

  /** Returns how many bytes of memory it has, content included. */
  public int capacity() {
    return memory.capacity();
  }

  /**
   * Returns a view of the bytes it holds, from 0 to the limit. The view is good until the next read
   * into this buffer or {@link #clear}.
   */
  public ByteBuffer data() {
    return memory.data();
  }

  /** Forgets the content; keeps the memory, unless that is borrowed. */
  public void clear() {
    memory.clear();
  }
}
