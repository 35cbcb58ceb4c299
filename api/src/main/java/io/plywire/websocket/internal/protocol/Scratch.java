// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A small array per thread through which bytes of buffers without an accessible array are worked
 * on.
 *
 * <p>Working on the buffer itself would be simpler and is five times slower: once a method has met
 * heap and direct buffers, the JIT no longer knows what memory it touches, and neither unrolls nor
 * vectorizes. Two bulk copies through the first-level cache and a loop over an array are the faster
 * way round, whatever the kinds of buffers and however they are mixed.
 */
final class Scratch {

  /** Bytes of the array: a multiple of 8, small against a first-level cache. */
  static final int BYTES = 8 * 1024;

  /** Eight bytes of an array as a {@code long} in native order, at any index. */
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final ThreadLocal<byte[]> ARRAY = ThreadLocal.withInitial(() -> new byte[BYTES]);

  private Scratch() {}

  /** Returns this thread's array. Its content is anyone's; use it up before returning. */
  static byte[] array() {
    return ARRAY.get();
  }
}
