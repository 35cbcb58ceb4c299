// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.BufferPool;
import io.plywire.websocket.internal.protocol.Masker;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;

/** Masks payloads with the help of the pool, which may know their memory as longs. */
final class Masking {
  /** For fewer bytes it does not pay to ask. */
  private static final int ASKED_MIN = 1024;

  private Masking() {}

  /** Masks in place, as {@link Masker#apply}. */
  static void apply(BufferPool pool, int key, long offset, ByteBuffer buffer, int from, int to) {
    Masker.apply(key, offset, buffer, longs(pool, buffer, to - from), from, to);
  }

  /** Masks a copy, as {@link Masker#copy}. */
  static void copy(
      BufferPool pool, int key, long offset, ByteBuffer source, ByteBuffer target, int count) {
    Masker.copy(key, offset, source, target, longs(pool, target, count), count);
  }

  private static @Nullable LongBuffer longs(BufferPool pool, ByteBuffer memory, int bytes) {
    return bytes < ASKED_MIN ? null : pool.longs(memory);
  }
}
