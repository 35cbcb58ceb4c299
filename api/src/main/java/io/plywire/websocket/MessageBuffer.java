// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.BufferPool;
import io.plywire.websocket.internal.op.GrowingMemory;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Memory that grows with the message read into it, to be used again for the next one. It belongs to
 * a read while that is outstanding. Not thread-safe.
 */
public final class MessageBuffer {
  private static final int SMALLEST = 256;

  /** What a frame announces is not there yet: so much room is made for it at once. */
  private static final int AHEAD = 64 << 10;

  /** And so much, from a peer whose last message was as long. */
  private static final int AHEAD_AGAIN = 1 << 20;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  static {
    Access.publish();
  }

  private final int maxBytes;
  private final @Nullable BufferPool pool;
  private ByteBuffer bytes;
  private int start; // of the content, which reaches to the position
  private int trusted = AHEAD; // the announced length of a message is believed up to here

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
    this.pool = null;
    this.bytes = allocate(initialBytes, direct);
  }

  private MessageBuffer(BufferPool pool, int maxBytes) {
    this.maxBytes = maxBytes;
    this.pool = Objects.requireNonNull(pool, "pool");
    this.bytes = NOTHING;
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
    return new MessageBuffer(pool, maxBytes);
  }

  /** Returns how many bytes it holds. */
  public int size() {
    return bytes.position() - start;
  }

  /** Returns how many bytes of memory it has, content included. */
  public int capacity() {
    return bytes.capacity();
  }

  /**
   * Returns a view of the bytes it holds, from 0 to the limit. The view is good until the next read
   * into this buffer or {@link #clear}.
   */
  public ByteBuffer data() {
    return bytes.slice(start, size());
  }

  /** Returns the memory itself, its content from position to limit, for one write. */
  ByteBuffer lend() {
    return bytes.flip().position(start);
  }

  /** Returns how many bytes before the content may be written over. */
  int headroom() {
    return start;
  }

  /** Undoes {@link #lend} for a write that never began. */
  void takeBack() {
    bytes.position(bytes.limit());
  }

  /** Forgets the content; keeps the memory, unless that is borrowed. */
  public void clear() {
    if (pool == null) {
      bytes.clear();
    } else {
      trusted = Math.min(Math.max(AHEAD, size()), AHEAD_AGAIN);
      ByteBuffer old = bytes;
      bytes = NOTHING;
      start = 0;
      giveBack(old);
    }
  }

  /** Lets reads in. */
  private static final class Access extends GrowingMemory {
    static void publish() {
      publish(new Access());
    }

    @Override
    protected ByteBuffer room(MessageBuffer memory, long wanted, long most) {
      return memory.room(wanted, most);
    }

    @Override
    protected boolean adopts(MessageBuffer memory, BufferPool from, long size) {
      return memory.adopts(from, size);
    }

    @Override
    protected void adopt(MessageBuffer memory, ByteBuffer received, int from) {
      memory.bytes = received;
      memory.start = from;
    }
  }

  /**
   * Returns the memory to write into, from position to limit. It grows with what has arrived, not
   * with what was announced.
   */
  ByteBuffer room(long wanted, long most) {
    int end = (int) Math.min((long) start + maxBytes, bytes.capacity());
    if (bytes.limit() < end) {
      bytes.limit(end); // it was lent
    }
    int used = size();
    // A peer has to send a quarter of what it makes us allocate, beyond the first bytes. Who just
    // sent a long message may send another, without growing through all sizes and copying.
    long ahead = Math.min(Math.max(1, wanted), Math.max(trusted, 3L * used));
    long needed = Math.min(maxBytes, used + ahead);
    if (needed > bytes.capacity() - start) {
      long largest = Math.min(maxBytes, used + Math.min(most, Integer.MAX_VALUE));
      long doubled = Math.min(largest, Math.max(SMALLEST, bytes.capacity() * 2L));
      ByteBuffer old = bytes;
      ByteBuffer bigger = larger((int) Math.max(needed, doubled));
      bigger.put(old.flip().position(start));
      bytes = bigger;
      start = 0;
      giveBack(old);
    }
    return bytes;
  }

  @SuppressWarnings("ReferenceEquality") // the very same pool
  private boolean adopts(BufferPool from, long size) {
    return pool == from && bytes.capacity() == 0 && size <= maxBytes;
  }

  private ByteBuffer larger(int size) {
    if (pool != null) {
      ByteBuffer borrowed = pool.acquire(size);
      return borrowed.limit(Math.min(maxBytes, borrowed.capacity()));
    }
    return allocate(size, bytes.isDirect());
  }

  private static ByteBuffer allocate(int size, boolean direct) {
    return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
  }

  private void giveBack(ByteBuffer old) {
    if (pool != null && old.capacity() > 0) {
      pool.release(old);
    }
  }
}
