// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.BufferPool;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where the application wants what it reads: in a buffer of its own, or in memory that grows. */
final class ReadTarget {
  private @Nullable ByteBuffer fixed;
  private @Nullable MessageMemory growing;
  private boolean whole;
  private boolean oneMessage;
  private boolean nothingElse; // but the message will be in the growing memory

  /** Takes what one call wants; exactly one of the two is there. */
  void set(boolean wholeMessage, @Nullable ByteBuffer buffer, @Nullable MessageMemory memory) {
    whole = wholeMessage;
    oneMessage = false;
    fixed = buffer;
    growing = memory;
    nothingElse = false;
  }

  /** Takes memory that holds nothing but the beginning of the message that is being received. */
  void setToOneMessage(MessageMemory memory) {
    set(true, null, memory);
    oneMessage = true;
  }

  /** A message begins: what is held of the one before it will never be whole. */
  void messageBegins() {
    if (oneMessage) {
      Objects.requireNonNull(growing).clear();
    }
    nothingElse = growing != null && growing.size() == 0;
  }

  /** A text has been received to its end, and is valid. */
  void textEnds() {
    if (nothingElse) {
      Objects.requireNonNull(growing).receivedText();
    }
  }

  void clear() {
    fixed = null;
    growing = null;
  }

  /** Tells whether a part of a message is not enough. */
  boolean isWhole() {
    return whole;
  }

  /**
   * Returns memory to write into, from position to limit; without room if the message cannot go on.
   *
   * @param wanted how many bytes are expected
   * @param most how many can come at most
   */
  ByteBuffer room(long wanted, long most) {
    return growing != null
        ? growing.room(Math.min(wanted, most), most)
        : Objects.requireNonNull(fixed);
  }

  /** Tells whether a message of such a length may stay where it was received. */
  boolean takesOver(BufferPool pool, long bytes) {
    return growing != null && growing.takesOver(pool, bytes);
  }

  /** Takes a message over with its memory, from an index to the position. */
  void takeOver(ByteBuffer received, int start) {
    Objects.requireNonNull(growing).takeOver(received, start);
  }
}
