// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.BufferPool;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageMemoryTest {
  /** Lends twice of what is asked for and remembers what is out. */
  private static final class Pool implements BufferPool {
    final List<ByteBuffer> lent = new ArrayList<>();

    @Override
    public ByteBuffer acquire(int minBytes) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(2 * minBytes);
      lent.add(buffer);
      return buffer;
    }

    @Override
    public void release(ByteBuffer buffer) {
      assertThat(lent.removeIf(known -> known == buffer)).isTrue();
    }
  }

  private final Pool pool = new Pool();

  private static void put(MessageMemory memory, int bytes) {
    for (int left = bytes; left > 0; ) {
      ByteBuffer room = memory.room(left, Long.MAX_VALUE);
      int n = Math.min(left, room.remaining());
      for (int i = 0; i < n; i++) {
        room.put((byte) (bytes - left + i));
      }
      left -= n;
    }
  }

  @Test
  void borrowedMemoryIsThereOnlyWhileItHoldsSomething() {
    MessageMemory memory = new MessageMemory(pool, 1 << 16);
    assertThat(pool.lent).isEmpty();

    put(memory, 100);
    put(memory, 5000);

    assertThat(memory.size()).isEqualTo(5100);
    assertThat(memory.data().remaining()).isEqualTo(5100);
    assertThat(memory.data().get(100 + 77)).isEqualTo((byte) 77);
    assertThat(pool.lent).hasSize(1);
    memory.clear();
    memory.clear();
    assertThat(pool.lent).isEmpty();
    assertThat(memory.size()).isZero();
  }

  @Test
  void borrowedMemoryThatIsLargerThanTheMaximumIsNotUsedUp() {
    MessageMemory memory = new MessageMemory(pool, 300);

    put(memory, 300);

    assertThat(memory.room(1, Long.MAX_VALUE).hasRemaining()).isFalse();
    assertThat(memory.size()).isEqualTo(300);
  }

  @Test
  void announcedLengthIsTrustedUpToABound() {
    MessageMemory memory = new MessageMemory(pool, 1 << 30);

    int first = memory.room(1 << 30, Long.MAX_VALUE).remaining();

    assertThat(first).isLessThanOrEqualTo(2 << 20);
  }

  @Test
  void afterALongMessageTheNextOneIsGivenItsRoomAtOnceUpToABound() {
    MessageMemory memory = new MessageMemory(pool, 1 << 30);
    put(memory, 1 << 20);
    memory.clear();

    ByteBuffer first = memory.room(1 << 20, Long.MAX_VALUE);
    put(memory, 1 << 20);

    assertThat(memory.lend()).isSameAs(first);
    memory.clear();
    put(memory, 8 << 20);
    memory.clear();
    assertThat(memory.room(1 << 30, Long.MAX_VALUE).remaining()).isLessThanOrEqualTo(2 << 20);
    memory.clear();
    put(memory, 100);
    memory.clear();
    assertThat(memory.room(1 << 30, Long.MAX_VALUE).remaining())
        .as("short messages give no such credit")
        .isLessThanOrEqualTo(2 * (64 << 10));
  }

  @Test
  void ownMemoryIsKept() {
    MessageMemory memory = new MessageMemory(0, Integer.MAX_VALUE, false);
    put(memory, 1000);
    ByteBuffer room = memory.room(1, Long.MAX_VALUE);

    memory.clear();

    assertThat(memory.size()).isZero();
    assertThat(memory.room(1, Long.MAX_VALUE)).isSameAs(room);
  }
}
