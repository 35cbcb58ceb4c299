// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.BufferPool;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Memory that grows with the message read into it: what is inside of a {@link
 * io.plywire.websocket.MessageBuffer}.
 *
 * <p>Handing over. A message is usually copied from the memory it was received in. It need not be
 * if both are of the same pool: what was received is in a borrowed buffer, and once the frames
 * before it were used up, the buffer may hold this one message and hardly anything else. Then
 * {@link Inbound} hands its buffer over and goes on with another one; this takes it over, with the
 * message somewhere in the middle, and gives it back to the pool when it is cleared. {@link ReadOp}
 * asks both sides whether they want to, and reads so that the next long message is received whole.
 * The memory before the message held its header, and is nobody's any more: when the message is
 * written as it is, {@link WriteOp} puts the header of its own frame there. So an echo of a long
 * message copies nothing.
 *
 * <p>Not thread-safe.
 */
public final class MessageMemory {
  private static final int SMALLEST = 256;

  /** What a frame announces is not there yet: so much room is made for it at once. */
  private static final int AHEAD = 64 << 10;

  /** And so much, from a peer whose last message was as long. */
  private static final int AHEAD_AGAIN = 1 << 20;

  private final int maxBytes;
  private final @Nullable BufferPool pool;
  private ByteBuffer bytes;
  private int start; // of the message, which reaches to the position
  private boolean validText; // what it holds, as it was received
  private boolean shown; // somebody may have a view of this memory, and change it
  private int believed = AHEAD; // how far the announced length of a message is believed

  /** Makes memory of its own. */
  public MessageMemory(int initialBytes, int maxBytes, boolean direct) {
    this.maxBytes = maxBytes;
    this.pool = null;
    this.bytes = allocate(initialBytes, direct);
  }

  /** Makes memory that is borrowed while it holds something. */
  public MessageMemory(BufferPool pool, int maxBytes) {
    this.maxBytes = maxBytes;
    this.pool = Objects.requireNonNull(pool, "pool");
    this.bytes = Sources.NOTHING;
  }

  /** Returns how many bytes it holds. */
  public int size() {
    return bytes.position() - start;
  }

  /** Returns how many bytes of memory it has. */
  public int capacity() {
    return bytes.capacity();
  }

  /** Returns a view of what it holds. */
  public ByteBuffer data() {
    shown = true;
    validText = false;
    return bytes.slice(start, size());
  }

  /** Forgets what it holds, and gives back what is borrowed. */
  public void clear() {
    validText = false;
    if (pool == null) {
      bytes.clear();
    } else {
      believed = Math.min(Math.max(AHEAD, size()), AHEAD_AGAIN);
      ByteBuffer old = bytes;
      replaceBy(Sources.NOTHING, 0);
      giveBack(old);
    }
  }

  // ---- for a write

  /** Returns the memory itself, the message from position to limit. */
  ByteBuffer lend() {
    return bytes.flip().position(start);
  }

  /**
   * Tells whether what it holds is a text message as it was received, and need not be looked at.
   */
  boolean isValidText() {
    return validText;
  }

  /** Returns how many bytes before the message may be written over. */
  int headerRoom() {
    return start;
  }

  // ---- for a read

  /**
   * Returns the memory to write into, from position to limit, with at least one byte of room unless
   * it cannot grow any more. It grows with what has arrived, not with what was announced.
   *
   * @param wanted how many bytes are expected
   * @param most how many bytes can come at most
   */
  ByteBuffer room(long wanted, long most) {
    validText = false;
    int end = (int) Math.min((long) start + maxBytes, bytes.capacity());
    if (bytes.limit() < end) {
      bytes.limit(end); // it was lent
    }
    if (bytes.remaining() >= believed / 2) {
      return bytes; // else the first byte of a long message would double what was made for it
    }
    int used = size();
    // A peer has to send a quarter of what it makes us allocate, beyond the first bytes. Who just
    // sent a long message may send another, without growing through all sizes and copying.
    long ahead = Math.min(Math.max(1, wanted), Math.max(believed, 3L * used));
    long needed = Math.min(maxBytes, used + ahead);
    if (needed > bytes.capacity() - start) {
      long largest = Math.min(maxBytes, used + Math.min(most, Integer.MAX_VALUE));
      long doubled = Math.min(largest, Math.max(SMALLEST, bytes.capacity() * 2L));
      ByteBuffer old = bytes;
      ByteBuffer bigger = larger((int) Math.max(needed, doubled));
      bigger.put(old.flip().position(start));
      replaceBy(bigger, 0);
      giveBack(old);
    }
    return bytes;
  }

  /**
   * Tells whether a message may stay where it was received.
   *
   * @param from where that memory was borrowed
   * @param size how long the message is, as far as is known
   */
  @SuppressWarnings("ReferenceEquality") // the very same pool
  boolean takesOver(BufferPool from, long size) {
    return pool == from && bytes.capacity() == 0 && size <= maxBytes;
  }

  /**
   * Takes over a borrowed buffer with the beginning of a message, from an index to the position.
   * What stands before it is of no use any more.
   */
  void takeOver(ByteBuffer received, int from) {
    replaceBy(received, from);
  }

  private void replaceBy(ByteBuffer other, int from) {
    bytes = other;
    start = from;
    validText = false;
    shown = false;
  }

  /** Remembers that it holds nothing but a text message, which has been validated. */
  void receivedText() {
    validText = !shown;
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
