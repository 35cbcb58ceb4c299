// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.StreamExecutor;
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

  private final StreamExecutor executor;
  private @Nullable ByteBuffer buffer; // unread bytes between position and limit

  Inbound(StreamExecutor executor) {
    this.executor = executor;
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
    if (old.capacity() >= Math.max(size, old.remaining() + 1)) {
      return old.compact();
    }
    ByteBuffer bigger = executor.buffers().acquire(Math.max(size, old.remaining() + 1));
    bigger.put(old);
    executor.buffers().release(old);
    buffer = bigger;
    return bigger;
  }

  /** Takes note that the next layer has written into the {@link #room}. */
  void received() {
    bytes().flip();
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
      received();
    }
  }

  /** Gives memory back that is not needed while we wait for more. */
  void trim() {
    ByteBuffer held = buffer;
    if (held == null) {
      return;
    }
    if (!held.hasRemaining()) {
      release();
    } else if (held.remaining() <= SMALL && held.capacity() > 2 * SMALL) {
      ByteBuffer smaller = executor.buffers().acquire(held.remaining());
      buffer = smaller.put(held).flip();
      executor.buffers().release(held);
    }
  }

  /** Forgets what is held. */
  void release() {
    ByteBuffer held = buffer;
    if (held != null) {
      buffer = null;
      executor.buffers().release(held);
    }
  }
}
