// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;

/** Buffers of every kind that a caller may bring. */
enum Buffers {
  HEAP,
  DIRECT,
  HEAP_SLICE,
  DIRECT_SLICE,
  HEAP_READ_ONLY,
  DIRECT_READ_ONLY;

  /** A kind and a byte order. */
  record Kind(Buffers storage, ByteOrder order) {

    /** Returns a buffer with {@code content} between position and limit, and bytes around it. */
    ByteBuffer of(byte... content) {
      return storage.place(content).order(order);
    }

    /** Returns an empty buffer with so much room between position and limit. */
    ByteBuffer room(int bytes) {
      return of(new byte[bytes]);
    }

    @Override
    public String toString() {
      return storage + " " + order;
    }
  }

  static Stream<Kind> readable() {
    return Stream.of(values())
        .flatMap(
            storage ->
                Stream.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)
                    .map(order -> new Kind(storage, order)));
  }

  static Stream<Kind> writable() {
    return readable().filter(kind -> !kind.of().isReadOnly());
  }

  /** Returns the bytes between position and limit; moves nothing. */
  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }

  private ByteBuffer place(byte[] content) {
    return switch (this) {
      case HEAP -> fill(ByteBuffer.allocate(content.length + 16), content);
      case DIRECT -> fill(ByteBuffer.allocateDirect(content.length + 16), content);
      case HEAP_SLICE -> fill(slice(ByteBuffer.allocate(content.length + 16)), content);
      case DIRECT_SLICE -> fill(slice(ByteBuffer.allocateDirect(content.length + 16)), content);
      case HEAP_READ_ONLY -> HEAP_SLICE.place(content).asReadOnlyBuffer();
      case DIRECT_READ_ONLY -> DIRECT_SLICE.place(content).asReadOnlyBuffer();
    };
  }

  private static ByteBuffer slice(ByteBuffer buffer) {
    return buffer.position(5).slice();
  }

  private static ByteBuffer fill(ByteBuffer buffer, byte[] content) {
    for (int i = 0; i < buffer.limit(); i++) {
      buffer.put(i, (byte) 0xEE);
    }
    return buffer.put(3, content).position(3).limit(3 + content.length);
  }
}
