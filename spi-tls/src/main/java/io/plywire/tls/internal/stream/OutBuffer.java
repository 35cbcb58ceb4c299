// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records on their way to the next layer. Filled, then lent to the next layer until it has taken
 * everything, then given back; nothing is added meanwhile.
 */
final class OutBuffer {
  private final NetworkMemory memory;
  private @Nullable ByteBuffer buffer; // position is where the next record goes, unless leaving
  private boolean leaving; // the next layer takes what is between position and limit

  OutBuffer(NetworkMemory memory) {
    this.memory = memory;
  }

  boolean isEmpty() {
    ByteBuffer held = buffer;
    return held == null || (leaving ? !held.hasRemaining() : held.position() == 0);
  }

  /** Returns whether records cannot be added, because those before are on their way. */
  boolean isLeaving() {
    return leaving;
  }

  boolean holdsMemory() {
    return buffer != null;
  }

  /**
   * Sees to it that there is memory.
   *
   * @param bytes how much, if there is none yet
   */
  void prepare(int bytes) {
    if (buffer == null) {
      buffer = memory.acquire(bytes);
    }
  }

  /** Returns how many bytes can be added. */
  int room() {
    ByteBuffer held = buffer;
    return held == null || leaving ? 0 : held.remaining();
  }

  /** Returns the buffer, to add records at its position. */
  ByteBuffer records() {
    return Objects.requireNonNull(buffer);
  }

  /** Returns what the next layer shall take. */
  ByteBuffer leave() {
    ByteBuffer held = records();
    if (!leaving) {
      leaving = true;
      held.flip();
    }
    return held;
  }

  /** The next layer has taken some; more can be added once it has taken everything. */
  void left() {
    if (!records().hasRemaining()) {
      discard();
    }
  }

  /** Forgets everything. */
  void discard() {
    if (buffer != null) {
      buffer.clear();
    }
    leaving = false;
  }

  /** Gives the memory back if there is nothing in it. */
  void settle() {
    ByteBuffer old = buffer;
    if (old != null && !leaving && old.position() == 0) {
      buffer = null;
      memory.release(old);
    }
  }
}
