// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.BufferPool;
import io.plywire.websocket.internal.protocol.FrameHeader;
import io.plywire.websocket.internal.protocol.Utf8Validator;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The buffers of one call to write: a cursor over them, and the promise about their positions.
 * Their content is never touched; where the positions stood is remembered, so that in the end they
 * tell exactly what was sent.
 */
final class Sources {
  /** Stands in arrays for no buffer, and for memory that there is none of. */
  static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** Up to so many buffers are compared with each other; for more a set is made. */
  private static final int FEW = 64;

  private static final ByteBuffer[] NONE = {};
  private static final int[] NO_BOUNDS = {};

  // The first buffer, and for a call with several the others.
  private @Nullable ByteBuffer first;
  private int firstStart;
  private int firstLimit;
  private @Nullable ByteBuffer[] others = NONE;
  private int[] bounds = NO_BOUNDS; // of each of the others where it starts, and its limit

  private int count;
  private int index; // of the buffer the cursor is in
  private long total;

  // What gather() lends to the next layer.
  private ByteBuffer[] gathered = NONE;
  private int cut = -1; // of the buffer whose limit was moved for it

  void set(ByteBuffer source) {
    clear();
    add(source);
    index = 0;
  }

  /** Takes the length of what has no buffer yet, and may never need one. */
  void announce(int bytes) {
    clear();
    total = bytes;
  }

  /** Tells whether there are no buffers, but perhaps a length. */
  boolean isEmpty() {
    return count == 0;
  }

  /**
   * Takes the buffers of a call.
   *
   * @throws IllegalArgumentException if one of them stands twice
   */
  void set(ByteBuffer[] sources) {
    clear();
    for (ByteBuffer source : sources) {
      Objects.requireNonNull(source, "source");
    }
    if (others.length < sources.length - 1) {
      others = new ByteBuffer[sources.length - 1];
      bounds = new int[2 * others.length];
    }
    Set<ByteBuffer> seen =
        sources.length <= FEW ? null : Collections.newSetFromMap(new IdentityHashMap<>());
    for (ByteBuffer source : sources) {
      if (seen == null ? holds(source) : !seen.add(source)) {
        clear();
        throw new IllegalArgumentException("a buffer stands twice in the sources of one write");
      }
      add(source);
    }
    index = 0;
  }

  @SuppressWarnings("ReferenceEquality") // equal buffers are fine, the very same one is not
  private boolean holds(ByteBuffer source) {
    for (int i = 0; i < count; i++) {
      if (buffer(i) == source) {
        return true;
      }
    }
    return false;
  }

  private void add(ByteBuffer source) {
    if (count == 0) {
      first = source;
      firstStart = source.position();
      firstLimit = source.limit();
    } else {
      others[count - 1] = source;
      bounds[2 * count - 2] = source.position();
      bounds[2 * count - 1] = source.limit();
    }
    total += source.remaining();
    count++;
  }

  private @Nullable ByteBuffer buffer(int i) {
    return i == 0 ? first : others[i - 1];
  }

  private int start(int i) {
    return i == 0 ? firstStart : bounds[2 * i - 2];
  }

  private int limit(int i) {
    return i == 0 ? firstLimit : bounds[2 * i - 1];
  }

  /** Returns the bytes of all buffers when the call was made. */
  long total() {
    return total;
  }

  /** Returns the first buffer. */
  ByteBuffer first() {
    return Objects.requireNonNull(first);
  }

  /** Tells whether every buffer with content is direct, fit for the system to take as it is. */
  boolean isDirect() {
    for (int i = 0; i < count; i++) {
      ByteBuffer source = buffer(i);
      if (source != null && !source.isDirect() && start(i) < limit(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Copies the next bytes as payload of a frame.
   *
   * @param offset the number of bytes of the frame's payload before them
   * @param pool the one that lent the target
   */
  void copy(int length, FrameHeader frame, long offset, BufferPool pool, ByteBuffer target) {
    int left = length;
    while (left > 0) {
      ByteBuffer source = current();
      int n = Math.min(left, limit(index) - source.position());
      frame.copyPayload(offset + (length - left), source, n, pool, target);
      left -= n;
    }
  }

  /** Returns the buffer of the next byte. */
  private ByteBuffer current() {
    while (true) {
      if (index == count) {
        throw changed();
      }
      ByteBuffer source = buffer(index);
      if (source == null || source.limit() < limit(index)) {
        throw changed();
      }
      if (source.position() < limit(index)) {
        return source;
      }
      index++;
    }
  }

  /** Returns the buffer of the next byte, to be read up to its limit. */
  ByteBuffer untouched() {
    ByteBuffer source = current();
    if (source.limit() != limit(index)) {
      throw changed();
    }
    return source;
  }

  /** Makes the exception for a caller who did not keep its hands off the buffers. */
  static IllegalStateException changed() {
    return new IllegalStateException("a buffer was changed while its write was outstanding");
  }

  /**
   * Returns an array of a header and the next bytes of the sources themselves, for the next layer
   * to take from. {@link #ungather} ends the loan.
   *
   * @param header what goes first; may be empty
   * @param length how many bytes of the sources
   * @param most how many buffers at most, even if they are shorter
   */
  ByteBuffer[] gather(ByteBuffer header, long length, int most) {
    ungather();
    current(); // leaves behind what was taken before
    if (gathered.length == 0) {
      gathered = new ByteBuffer[] {NOTHING, NOTHING};
    }
    gathered[0] = header;
    int used = 1;
    long left = length;
    for (int i = index; i < count && left > 0 && used <= most; i++) {
      ByteBuffer source = buffer(i);
      if (source == null || source.limit() != limit(i)) {
        throw changed();
      }
      if (!source.hasRemaining()) {
        continue;
      }
      if (source.remaining() > left) {
        source.limit(source.position() + (int) left);
        cut = i;
      }
      left -= source.remaining();
      if (used == gathered.length) {
        gathered = Arrays.copyOf(gathered, 2 * used);
      }
      gathered[used++] = source;
    }
    if (left > 0 && used <= most) {
      throw changed();
    }
    Arrays.fill(gathered, used, gathered.length, NOTHING);
    return gathered;
  }

  /** Takes back what {@link #gather} lent. */
  void ungather() {
    if (cut >= 0) {
      ByteBuffer source = buffer(cut);
      if (source != null) {
        source.limit(limit(cut));
      }
      cut = -1;
    }
    Arrays.fill(gathered, NOTHING);
  }

  /** Feeds the first bytes of the call to a validator; returns whether they are valid so far. */
  boolean validate(Utf8Validator utf8, long length) {
    long left = length;
    for (int i = 0; i < count && left > 0; i++) {
      ByteBuffer source = buffer(i);
      int n = (int) Math.min(left, limit(i) - start(i));
      if (source != null && !utf8.validate(source, start(i), start(i) + n)) {
        return false;
      }
      left -= n;
    }
    return true;
  }

  /** Sets every position to what was sent, and forgets the buffers. */
  void settle(long sent) {
    ungather();
    long left = sent;
    for (int i = 0; i < count; i++) {
      ByteBuffer source = buffer(i);
      int n = (int) Math.min(left, limit(i) - start(i));
      if (source != null && source.limit() >= start(i) + n) {
        source.position(start(i) + n);
      }
      left -= n;
    }
    clear();
  }

  private void clear() {
    first = null;
    if (count > 1) {
      Arrays.fill(others, 0, count - 1, null);
    }
    count = 0;
    index = 0;
    total = 0;
  }
}
