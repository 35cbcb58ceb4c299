// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The ways in which an application may hold the bytes it wants to write. */
enum BufferShape {
  HEAP {
    @Override
    ByteBuffer[] of(byte[] bytes) {
      return one(ByteBuffer.wrap(bytes.clone()));
    }
  },
  HEAP_SLICE {
    @Override
    ByteBuffer[] of(byte[] bytes) {
      return one(within(ByteBuffer.allocate(bytes.length + 12), bytes).slice());
    }
  },
  HEAP_WITH_MARGINS {
    @Override
    ByteBuffer[] of(byte[] bytes) {
      return one(within(ByteBuffer.allocate(bytes.length + 12), bytes));
    }
  },
  HEAP_READ_ONLY {
    @Override
    ByteBuffer[] of(byte[] bytes) {
      return one(within(ByteBuffer.allocate(bytes.length + 12), bytes).asReadOnlyBuffer());
    }
  },
  HEAP_LITTLE_ENDIAN {
    @Override
    ByteBuffer[] of(byte[] bytes) {
      return one(ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN));
    }
  },
  DIRECT {
    @Override
    ByteBuffer[] of(byte[] bytes) {
      return one(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }
  },
  DIRECT_WITH_MARGINS {
    @Override
    ByteBuffer[] of(byte[] bytes) {
      return one(within(ByteBuffer.allocateDirect(bytes.length + 12), bytes));
    }
  },
  DIRECT_READ_ONLY_SLICE {
    @Override
    ByteBuffer[] of(byte[] bytes) {
      ByteBuffer all = within(ByteBuffer.allocateDirect(bytes.length + 12), bytes);
      return one(all.slice().asReadOnlyBuffer());
    }
  },
  DIRECT_LITTLE_ENDIAN {
    @Override
    ByteBuffer[] of(byte[] bytes) {
      ByteBuffer all = within(ByteBuffer.allocateDirect(bytes.length + 12), bytes);
      return one(all.order(ByteOrder.LITTLE_ENDIAN));
    }
  },
  MANY_DIRECT {
    @Override
    ByteBuffer[] of(byte[] bytes) {
      return pieces(bytes, true, false);
    }
  },
  MANY_MIXED_WITH_EMPTY_ONES {
    @Override
    ByteBuffer[] of(byte[] bytes) {
      return pieces(bytes, true, true);
    }
  },
  MANY_HEAP {
    @Override
    ByteBuffer[] of(byte[] bytes) {
      return pieces(bytes, false, false);
    }
  };

  abstract ByteBuffer[] of(byte[] bytes);

  private static ByteBuffer[] one(ByteBuffer buffer) {
    return new ByteBuffer[] {buffer};
  }

  /** Puts the bytes somewhere in the middle, between others that must not leave. */
  private static ByteBuffer within(ByteBuffer room, byte[] bytes) {
    for (int i = 0; i < room.capacity(); i++) {
      room.put(i, (byte) 0xEE);
    }
    return room.position(5).put(bytes).flip().position(5);
  }

  /** Cuts the bytes into pieces of 0, 1, 2, 3, 5, 8, 13 … bytes. */
  private static ByteBuffer[] pieces(byte[] bytes, boolean direct, boolean mixed) {
    List<ByteBuffer> pieces = new ArrayList<>();
    int at = 0;
    int length = mixed ? 0 : 1;
    int next = 1;
    while (at < bytes.length) {
      int n = Math.min(length, bytes.length - at);
      boolean onHeap = !direct || (mixed && pieces.size() % 2 == 0);
      ByteBuffer piece = onHeap ? ByteBuffer.allocate(n) : ByteBuffer.allocateDirect(n);
      pieces.add(piece.put(bytes, at, n).flip());
      if (mixed && pieces.size() % 3 == 0) {
        pieces.add(ByteBuffer.allocate(0));
      }
      at += n;
      int sum = length + next;
      length = next;
      next = sum;
    }
    if (mixed) {
      pieces.add(ByteBuffer.allocateDirect(0));
    }
    return pieces.toArray(new ByteBuffer[0]);
  }
}
