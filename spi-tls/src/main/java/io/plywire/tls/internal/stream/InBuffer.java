// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Encrypted bytes that came and were not decrypted yet. Holds memory only while it has content or
 * is being filled.
 */
final class InBuffer {
  // 0 <= head <= tail <= capacity; the content stands between the two. While the buffer is lent to
  // the next layer, position and limit are the layer's; head, tail and the content stay as they
  // are.

  private final NetworkMemory memory;
  private @Nullable ByteBuffer buffer;
  private int head;
  private int tail;
  private boolean lent;

  InBuffer(NetworkMemory memory) {
    this.memory = memory;
  }

  boolean isEmpty() {
    return head == tail;
  }

  int size() {
    return tail - head;
  }

  int head() {
    return head;
  }

  /** Returns whether the next layer is about to put bytes here. */
  boolean isLent() {
    return lent;
  }

  boolean holdsMemory() {
    return buffer != null;
  }

  /** Returns the bytes, for looking at by index, from {@link #head} on; not while they are lent. */
  ByteBuffer bytes() {
    return held().clear();
  }

  private ByteBuffer held() {
    return Objects.requireNonNull(buffer);
  }

  /**
   * Lends the free room to the next layer, until {@link #filled}.
   *
   * @param capacity of the whole buffer, at least: {@link NetworkMemory#SMALL_BYTES} or {@link
   *     NetworkMemory#LARGE_BYTES}
   */
  ByteBuffer lend(int capacity) {
    ByteBuffer to = buffer;
    if (to == null) {
      to = memory.acquire(capacity);
      buffer = to;
    } else if (to.capacity() < capacity) {
      to = moveTo(memory.acquire(capacity));
    } else if (head > 0) {
      int size = size();
      to.clear().put(0, to, head, size);
      head = 0;
      tail = size;
    }
    lent = true;
    return to.clear().position(tail);
  }

  /** Keeps what came in no more memory than it needs, since the rest may be long in coming. */
  void shrink() {
    ByteBuffer from = buffer;
    if (from != null
        && from.capacity() >= NetworkMemory.LARGE_BYTES
        && size() <= NetworkMemory.SMALL_BYTES) {
      moveTo(memory.acquire(NetworkMemory.SMALL_BYTES));
    }
  }

  private ByteBuffer moveTo(ByteBuffer other) {
    ByteBuffer from = held();
    int size = size();
    other.put(0, from.clear(), head, size);
    memory.release(from);
    buffer = other;
    head = 0;
    tail = size;
    return other;
  }

  /** Takes the buffer back from the next layer, with so many more bytes. */
  void filled(int bytes) {
    lent = false;
    tail += bytes;
  }

  /** Returns the next bytes for an engine to take, and be followed by {@link #taken}. */
  ByteBuffer first(int bytes) {
    return bytes().limit(head + bytes).position(head);
  }

  /** Forgets what was taken of {@link #first}, going by its position. */
  void taken() {
    head = held().position();
  }

  /** Forgets everything, except while the buffer is lent. */
  void discard() {
    if (!lent) {
      head = 0;
      tail = 0;
    }
  }

  /** Gives the memory back if there is nothing in it. */
  void settle() {
    ByteBuffer old = buffer;
    if (old != null && !lent && head == tail) {
      head = 0;
      tail = 0;
      buffer = null;
      memory.release(old);
    }
  }
}
