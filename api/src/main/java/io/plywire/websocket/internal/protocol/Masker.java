// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Masks and unmasks payloads, which is the same (RFC 6455 §5.3). The caller says how many bytes of
 * the payload came before, so a payload may be cut anywhere.
 */
public final class Masker {
  /**
   * Bytes that are copied before they are masked: small against a first-level cache, and a multiple
   * of the key's length.
   */
  static final int CACHED_BYTES = 8 * 1024;

  /** Two numbers up to this can be added without overflow. */
  private static final int ADDABLE = (1 << 30) - 1;

  /** From so many bytes on the loop is worth a call. */
  private static final int LONG = 1 << 10;

  private Masker() {}

  /**
   * Masks the bytes between two absolute indices in place.
   *
   * @param key as in {@link FrameHeader#maskingKey}
   * @param offset the number of bytes of the frame's payload before {@code from}
   * @param buffer any writable buffer of any byte order; position, limit and order stay
   * @param from index of the first byte
   * @param to index after the last byte
   */
  public static void apply(int key, long offset, ByteBuffer buffer, int from, int to) {
    Objects.checkFromToIndex(from, to, buffer.limit());
    int turned = turn(key, offset);
    if (buffer.hasArray()) {
      xor(turned, buffer.array(), buffer.arrayOffset() + from, to - from);
    } else {
      xor(turned, buffer, from, to - from);
    }
  }

  /**
   * Copies bytes and masks the copy. Both positions move by {@code count}; the source's bytes stay.
   *
   * @param key as in {@link FrameHeader#maskingKey}
   * @param offset the number of bytes of the frame's payload before the source's position
   * @param source any buffer of any byte order with {@code count} bytes left
   * @param target any writable buffer of any byte order with {@code count} bytes of room
   * @param count how many bytes
   */
  public static void copy(int key, long offset, ByteBuffer source, ByteBuffer target, int count) {
    int from = source.position();
    int to = target.position();
    Objects.checkFromIndexSize(0, count, source.remaining());
    Objects.checkFromIndexSize(0, count, target.remaining());
    int turned = turn(key, offset);
    if (target.hasArray()) {
      target.put(to, source, from, count);
      xor(turned, target.array(), target.arrayOffset() + to, count);
    } else if (source.hasArray() && (from | to | count) <= ADDABLE) {
      xor(turned, source, from, target, to, count);
    } else {
      // Masked while it is still in the first-level cache.
      for (int done = 0; done < count; ) {
        int part = Math.min(count - done, CACHED_BYTES);
        target.put(to + done, source, from + done, part);
        xor(turned, target, to + done, part);
        done += part;
      }
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

  /**
   * The same in memory that is no array. Only direct buffers come here, so that the JIT knows what
   * it deals with: a method that has met others as well is several times slower.
   */
  private static void xor(int key, ByteBuffer direct, int from, int count) {
    if (from + (long) count <= ADDABLE) {
      ByteOrder order = direct.order();
      direct.order(ByteOrder.nativeOrder());
      try {
        if (count < LONG) {
          xorInNativeOrder(key, direct, from, count);
        } else {
          NotInlined.xor(key, direct, from, count);
        }
      } finally {
        direct.order(order);
      }
      return;
    }
    for (int done = 0; done < count; ) { // the end of an enormous buffer
      int part = Math.min(count - done, CACHED_BYTES);
      xor(key, direct.slice(from + done, part), 0, part);
      done += part;
    }
  }

  /** A method of its own, so that the loop is compiled with what the first lines tell C2. */
  private static void xorInNativeOrder(int key, ByteBuffer direct, int from, int count) {
    // True of both in any case; C2 makes vectors only of indices that it knows not to overflow.
    int start = from & ADDABLE;
    int all = count & ADDABLE;
    int i = 0;
    long eight = inMemory(key);
    for (; i <= all - Long.BYTES; i += Long.BYTES) {
      direct.putLong(start + i, direct.getLong(start + i) ^ eight);
    }
    for (int rest = key; i < all; i++, rest = Integer.rotateLeft(rest, 8)) {
      direct.put(start + i, (byte) (direct.get(start + i) ^ rest >>> 24));
    }
  }

  /**
   * The way to the loop above that the JIT cannot inline. Within a method that has inlined much
   * else C2 sometimes gives up on the loop, for as long as the process lives: no vectors, or even a
   * call for each access, at 5 and 50 times the cost. A handle that is no constant stays a call.
   */
  private static final class NotInlined {
    @SuppressWarnings("FieldMayBeFinal") // it would be a constant then
    private static MethodHandle xor;

    static {
      try {
        xor =
            MethodHandles.lookup()
                .findStatic(
                    Masker.class,
                    "xorInNativeOrder",
                    MethodType.methodType(
                        void.class, int.class, ByteBuffer.class, int.class, int.class));
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    static void xor(int key, ByteBuffer direct, int from, int count) {
      try {
        xor.invokeExact(key, direct, from, count);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e); // it declares none
      }
    }
  }

  /**
   * Masks on the way from an array into memory that is none, in one pass. Only sources with an
   * array come here, which are all of one class: beside read-only ones the loop would be five times
   * slower, and from direct to direct memory, which may overlap, C2 makes no vectors.
   */
  private static void xor(
      int key, ByteBuffer heap, int from, ByteBuffer direct, int to, int count) {
    ByteOrder heapOrder = heap.order();
    ByteOrder directOrder = direct.order();
    heap.order(ByteOrder.nativeOrder());
    direct.order(ByteOrder.nativeOrder());
    try {
      xorInNativeOrder(key, heap, from, direct, to, count);
    } finally {
      heap.order(heapOrder);
      direct.order(directOrder);
    }
  }

  /** A method of its own as the one above. */
  private static void xorInNativeOrder(
      int key, ByteBuffer heap, int from, ByteBuffer direct, int to, int count) {
    int source = from & ADDABLE;
    int target = to & ADDABLE;
    int last = (count & ADDABLE) - Long.BYTES;
    if (last >= 0) {
      long eight = inMemory(key);
      for (int i = 0; i <= last; i += Long.BYTES) {
        direct.putLong(target + i, heap.getLong(source + i) ^ eight);
      }
      // The tail, with bytes before it that become the same again.
      direct.putLong(target + last, heap.getLong(source + last) ^ inMemory(turn(key, last)));
    } else {
      for (int i = 0, rest = key; i < count; i++, rest = Integer.rotateLeft(rest, 8)) {
        direct.put(target + i, (byte) (heap.get(source + i) ^ rest >>> 24));
      }
    }
  }

  /** Returns the {@code long} that stands in memory as the key's four bytes, twice. */
  private static long inMemory(int key) {
    long twice = (long) key << 32 | Integer.toUnsignedLong(key);
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? twice : Long.reverseBytes(twice);
  }
}
