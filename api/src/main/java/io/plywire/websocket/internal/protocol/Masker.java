// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.stream.BufferPool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Masks and unmasks payloads, which is the same (RFC 6455 §5.3). The caller says how many bytes of
 * the payload came before, so a payload may be cut anywhere.
 */
public final class Masker {
  /** Up to so many bytes the way round by {@link Scratch} does not pay. */
  private static final int SHORT_BYTES = 32;

  /** For fewer bytes it does not pay to ask a pool for its view of them. */
  private static final int VIEWED_MIN = 1024;

  private Masker() {}

  /**
   * Masks in place, through the view as longs that a pool may have of the memory.
   *
   * @param pool the one that may have lent the memory
   */
  public static void apply(
      BufferPool pool, int key, long offset, ByteBuffer buffer, int from, int to) {
    apply(key, offset, buffer, longs(pool, buffer, to - from), from, to);
  }

  /**
   * Copies bytes and masks the copy, through the view as longs that a pool may have of the target.
   *
   * @param pool the one that may have lent the target
   */
  public static void copy(
      BufferPool pool, int key, long offset, ByteBuffer source, ByteBuffer target, int count) {
    copy(key, offset, source, target, longs(pool, target, count), count);
  }

  private static @Nullable LongBuffer longs(BufferPool pool, ByteBuffer memory, int bytes) {
    return bytes < VIEWED_MIN ? null : pool.longs(memory);
  }

  /** Masks in place memory of which there is no view as longs. */
  public static void apply(int key, long offset, ByteBuffer buffer, int from, int to) {
    apply(key, offset, buffer, null, from, to);
  }

  /**
   * Masks the bytes between two absolute indices in place.
   *
   * @param key as in {@link FrameHeader#maskingKey}
   * @param offset the number of bytes of the frame's payload before {@code from}
   * @param buffer any writable buffer of any byte order; position, limit and order stay
   * @param longs the same memory from the buffer's first byte on, as longs in native order; null if
   *     there is no such view at hand
   * @param from index of the first byte
   * @param to index after the last byte
   */
  public static void apply(
      int key, long offset, ByteBuffer buffer, @Nullable LongBuffer longs, int from, int to) {
    Objects.checkFromToIndex(from, to, buffer.limit());
    int turned = turn(key, offset);
    if (longs != null) {
      xor(turned, buffer, longs, from, to);
    } else if (buffer.hasArray()) {
      xor(turned, buffer.array(), buffer.arrayOffset() + from, to - from);
    } else {
      through(turned, buffer, from, buffer, from, to - from);
    }
  }

  /** Copies to memory of which there is no view as longs, and masks the copy. */
  public static void copy(int key, long offset, ByteBuffer source, ByteBuffer target, int count) {
    copy(key, offset, source, target, null, count);
  }

  /**
   * Copies bytes and masks the copy. Both positions move by {@code count}; the source's bytes stay.
   *
   * @param key as in {@link FrameHeader#maskingKey}
   * @param offset the number of bytes of the frame's payload before the source's position
   * @param source any buffer of any byte order with {@code count} bytes left
   * @param target any writable buffer of any byte order with {@code count} bytes of room
   * @param longs the target's memory as in {@link #apply}
   * @param count how many bytes
   */
  public static void copy(
      int key,
      long offset,
      ByteBuffer source,
      ByteBuffer target,
      @Nullable LongBuffer longs,
      int count) {
    int from = source.position();
    int to = target.position();
    Objects.checkFromIndexSize(0, count, source.remaining());
    Objects.checkFromIndexSize(0, count, target.remaining());
    int turned = turn(key, offset);
    if (longs != null) {
      // In parts that are still in the first-level cache when they are masked.
      for (int done = 0; done < count; ) {
        int part = Math.min(count - done, Scratch.BYTES);
        target.put(to + done, source, from + done, part);
        xor(turn(turned, done), target, longs, to + done, to + done + part);
        done += part;
      }
    } else if (target.hasArray()) {
      target.put(to, source, from, count);
      xor(turned, target.array(), target.arrayOffset() + to, count);
    } else {
      through(turned, source, from, target, to, count);
    }
    source.position(from + count);
    target.position(to + count);
  }

  /** Turns the key so that its highest byte is the one for the byte at {@code offset}. */
  private static int turn(int key, long offset) {
    return Integer.rotateLeft(key, 8 * (int) (offset & 3));
  }

  private static void xor(int key, byte[] array, int from, int count) {
    int to = from + count;
    int at = from;
    // Eight at a time; C2 makes vectors of this loop.
    long eight = inMemory(key);
    for (int last = to - Long.BYTES; at <= last; at += Long.BYTES) {
      Scratch.LONGS.set(array, at, (long) Scratch.LONGS.get(array, at) ^ eight);
    }
    // The tail.
    for (int rest = key; at < to; at++, rest = Integer.rotateLeft(rest, 8)) {
      array[at] ^= (byte) (rest >>> 24);
    }
  }

  /** Masks memory as longs, and its ends as bytes. */
  private static void xor(int key, ByteBuffer buffer, LongBuffer longs, int from, int to) {
    int first = (from + Long.BYTES - 1) / Long.BYTES;
    int last = Math.max(first, to / Long.BYTES);
    int head = Math.min(first * Long.BYTES, to) - from;
    int turned = turn(key, head);
    byteByByte(key, buffer, from, buffer, from, head);
    // C2 makes vectors of this loop, too: a view asks for no order of bytes.
    long eight = inMemory(turned);
    for (int i = first; i < last; i++) {
      longs.put(i, longs.get(i) ^ eight);
    }
    int tail = Math.max(from + head, last * Long.BYTES);
    byteByByte(turned, buffer, tail, buffer, tail, to - tail);
  }

  /**
   * Masks by way of an array, into memory that has none; both may be the same. A loop over the
   * memory itself can be twice as fast, and was five times slower where C2 made no vectors of it:
   * that turned on which other buffers the JVM had read in which order of bytes, and when.
   */
  private static void through(
      int key, ByteBuffer source, int from, ByteBuffer target, int to, int count) {
    if (count <= SHORT_BYTES) {
      byteByByte(key, source, from, target, to, count);
      return;
    }
    byte[] array = Scratch.array();
    for (int done = 0; done < count; ) {
      int part = Math.min(count - done, Scratch.BYTES);
      source.get(from + done, array, 0, part);
      xor(key, array, 0, part);
      target.put(to + done, array, 0, part);
      done += part;
    }
  }

  private static void byteByByte(
      int key, ByteBuffer source, int from, ByteBuffer target, int to, int count) {
    for (int i = 0, rest = key; i < count; i++, rest = Integer.rotateLeft(rest, 8)) {
      target.put(to + i, (byte) (source.get(from + i) ^ rest >>> 24));
    }
  }

  /** Returns the {@code long} that stands in memory as the key's four bytes, twice. */
  private static long inMemory(int key) {
    long twice = (long) key << 32 | Integer.toUnsignedLong(key);
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? twice : Long.reverseBytes(twice);
  }
}
