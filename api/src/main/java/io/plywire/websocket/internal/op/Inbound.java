// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.StreamExecutor;
import io.plywire.websocket.internal.protocol.FrameHeader;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was received and not used yet. The memory is borrowed from the executor's pool, and only
 * while there is something to hold: a connection that is idle has none.
 */
final class Inbound {
  /** Left-overs up to this size do not keep a big buffer from its pool while we wait. */
  private static final int SMALL = 512;

  private static final int SMALL_READ = 16 << 10;

  /** For a peer that sends much at once: a message of 64 KiB comes whole, with its header. */
  private static final int LARGE_READ = (64 << 10) + FrameHeader.MAX_HEADER_BYTES;

  /** A message that is handed over holds at most so many times its length. */
  private static final int HELD_RATIO = 4;

  /** And the bytes behind it, which have to be moved, are at most such a part of it. */
  private static final int MOVED_RATIO = 8;

  private final StreamExecutor executor;
  private @Nullable ByteBuffer buffer; // unread bytes between position and limit
  private boolean peerSendsMuch; // the last receive brought as much as a small one can
  private boolean lent; // the memory is the next layer's, whoever wants it back
  private boolean foreign; // the memory is of no pool

  Inbound(StreamExecutor executor) {
    this.executor = executor;
  }

  /** Begins with bytes that came before, on any thread: no pool is asked here. */
  void begin(ByteBuffer bytes) {
    if (bytes.hasRemaining()) {
      buffer = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
      foreign = true;
    }
  }

  boolean isEmpty() {
    return buffer == null || !buffer.hasRemaining();
  }

  int size() {
    return buffer == null ? 0 : buffer.remaining();
  }

  /** Returns the unread bytes, between position and limit; reading them moves the position. */
  ByteBuffer bytes() {
    return Objects.requireNonNull(buffer);
  }

  /**
   * Says how much to receive at once.
   *
   * @param left how much of a data frame is to come, 0 between frames
   * @param whole the length of a message that could be handed over if it was the next; 0 if none
   *     could
   */
  int receiveBytes(long left, int whole) {
    if (!peerSendsMuch) {
      return left > SMALL_READ ? LARGE_READ : SMALL_READ;
    }
    return left > 0 ? LARGE_READ : Math.max(LARGE_READ, whole + FrameHeader.MAX_HEADER_BYTES);
  }

  /**
   * Returns memory to receive into, behind the unread bytes; {@link #received} must follow.
   *
   * @param size how big the whole buffer should be at least
   */
  ByteBuffer room(int size) {
    ByteBuffer old = buffer;
    if (old == null) {
      buffer = executor.buffers().acquire(size);
      return buffer;
    }
    if (!foreign && old.capacity() >= Math.max(size, old.remaining() + 1)) {
      return old.compact();
    }
    ByteBuffer bigger = executor.buffers().acquire(Math.max(size, old.remaining() + 1));
    bigger.put(old);
    giveBack(old);
    buffer = bigger;
    return bigger;
  }

  /** As {@link #room}, for somebody who outlives the operation that looks after the memory. */
  ByteBuffer lend(int size) {
    lent = true;
    return room(size);
  }

  /**
   * Takes note that the next layer has written into the {@link #room}.
   *
   * @param bytes how many
   * @param frameBytes the length of the data frame they are of; 0 between frames
   */
  void received(long bytes, long frameBytes) {
    flip();
    // The end of a long frame may be short.
    peerSendsMuch = bytes >= SMALL_READ || frameBytes >= SMALL_READ;
  }

  private void flip() {
    lent = false;
    bytes().flip();
  }

  /**
   * Tells whether this memory can be handed over with the next bytes, received or not: they fit, do
   * not hold much more than they need, and leave little to move.
   */
  boolean canHandOver(long bytes) {
    ByteBuffer held = buffer;
    return held != null
        && !foreign
        && held.hasRemaining()
        && bytes <= held.capacity() - held.position()
        && bytes >= held.capacity() / HELD_RATIO
        && held.remaining() - bytes <= bytes / MOVED_RATIO;
  }

  /**
   * Hands the memory over to whom the next bytes are for: they stand at its position, and the limit
   * is its end. What was received behind them is kept.
   */
  ByteBuffer handOver(int bytes) {
    ByteBuffer held = bytes();
    buffer = null;
    int kept = held.remaining() - bytes;
    if (kept > 0) {
      ByteBuffer rest = executor.buffers().acquire(kept);
      buffer = rest.put(0, held, held.position() + bytes, kept).limit(kept);
    }
    return held.limit(held.capacity());
  }

  /** Puts bytes behind the unread ones. */
  void append(ByteBuffer more) {
    if (more.hasRemaining()) {
      room(size() + more.remaining()).put(more);
      flip();
    }
  }

  /** Gives memory back that is not needed while we wait for more. */
  void trim() {
    ByteBuffer held = buffer;
    if (held == null || lent) {
      return;
    }
    if (!held.hasRemaining()) {
      release();
    } else if (held.remaining() <= SMALL && held.capacity() > 2 * SMALL) {
      ByteBuffer smaller = executor.buffers().acquire(held.remaining());
      buffer = smaller.put(held).flip();
      giveBack(held);
    }
  }

  /** Forgets what is held; what is lent is left to who has it. */
  void release() {
    ByteBuffer held = buffer;
    if (held != null && !lent) {
      buffer = null;
      giveBack(held);
    }
  }

  private void giveBack(ByteBuffer memory) {
    if (foreign) {
      foreign = false;
    } else {
      executor.buffers().release(memory);
    }
  }
}
