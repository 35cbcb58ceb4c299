// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class ConfinedBufferPoolTest {
  private static final int LARGE = 64 << 10;

  private final ConfinedBufferPool pool = new ConfinedBufferPool(1 << 20);

  @Test
  void showsLargeBuffersAsLongs() {
    for (int bytes : new int[] {4096, 5000, LARGE, 16 << 20}) {
      ByteBuffer lent = pool.acquire(bytes).order(ByteOrder.nativeOrder());
      LongBuffer longs = Objects.requireNonNull(pool.longs(lent));
      assertThat(longs.capacity()).isEqualTo(lent.capacity() / Long.BYTES);
      for (int i : new int[] {0, 1, longs.capacity() - 1}) {
        longs.put(i, 42 + i);
        assertThat(lent.getLong(i * Long.BYTES)).isEqualTo(42 + i);
      }
      assertThat(lent.alignmentOffset(0, 64)).isZero();
    }
  }

  @Test
  void theViewOfBufferStaysWhileThePoolHasIt() {
    ByteBuffer lent = pool.acquire(LARGE);
    LongBuffer longs = pool.longs(lent);
    pool.release(lent);
    assertThat(pool.acquire(LARGE)).isSameAs(lent);
    assertThat(pool.longs(lent)).isSameAs(longs);
  }

  @Test
  void equalBuffersHaveViewsOfTheirOwn() {
    List<ByteBuffer> lent =
        IntStream.range(0, 200)
            .mapToObj(i -> pool.acquire(4096))
            .collect(toCollection(ArrayList::new));
    for (int i = 0; i < lent.size(); i++) {
      Objects.requireNonNull(pool.longs(lent.get(i))).put(5, i);
    }
    for (int i = 0; i < lent.size(); i++) {
      assertThat(lent.get(i).order(ByteOrder.nativeOrder()).getLong(40)).isEqualTo(i);
    }
  }

  @Test
  void knowsNoForeignBuffers() {
    ByteBuffer lent = pool.acquire(LARGE);
    assertThat(pool.longs(lent.duplicate())).isNull();
    assertThat(pool.longs(ByteBuffer.allocateDirect(lent.capacity()))).isNull();
    assertThat(pool.longs(ByteBuffer.allocate(lent.capacity()))).isNull();
    assertThat(pool.longs(ByteBuffer.allocate(0))).isNull();
    assertThat(pool.longs(new ConfinedBufferPool(0).acquire(LARGE))).isNull();
  }

  @Test
  void forgetsTheViewsOfWhatItDoesNotKeep() {
    List<ByteBuffer> lent = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      lent.add(pool.acquire(LARGE));
    }
    lent.forEach(pool::release);
    assertThat(lent.stream().filter(buffer -> pool.longs(buffer) != null).count())
        .isEqualTo(pool.retainedBytes() / lent.get(0).capacity())
        .isEqualTo(15);
  }

  @Test
  void losesTheMemoryOfBuffersThatNobodyHasAnyMore() {
    LongViews views = new LongViews(DirectMemory.SHARED);
    for (int i = 0; i < 100; i++) {
      views.allocate(4096);
    }
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          do {
            System.gc();
            views.allocate(8);
          } while (views.size() > 50);
        });
  }

  /** The JVM sleeps before it refuses, so it is not asked again and again. */
  @Test
  void memoryThatWasRefusedIsNotAskedForAgainAtOnce() {
    long[] now = {-1};
    int[] asked = {0};
    boolean[] full = {false};
    DirectMemory memory =
        new DirectMemory(
            bytes -> {
              asked[0]++;
              if (full[0]) {
                throw new OutOfMemoryError("full");
              }
              return ByteBuffer.allocateDirect(bytes);
            },
            () -> now[0]);
    ConfinedBufferPool limited = new ConfinedBufferPool(1 << 20, memory);
    ByteBuffer small = limited.acquire(100);
    ByteBuffer large = limited.acquire(LARGE);
    full[0] = true;
    for (int i = 0; i < 1_000; i++) {
      Assertions.assertThrows(OutOfMemoryError.class, () -> limited.acquire(1000));
    }
    Assertions.assertThrows(OutOfMemoryError.class, () -> limited.acquire(100 << 20));
    assertThat(asked[0]).isEqualTo(3);
    limited.release(small);
    limited.release(large);
    assertThat(limited.acquire(100)).isSameAs(small);
    assertThat(limited.acquire(1000)).isSameAs(large); // a larger one does as well
    assertThat(limited.retainedBytes()).isZero();
    now[0] += 10_000_000_000L;
    full[0] = false;
    assertThat(limited.acquire(1000).capacity()).isLessThan(2_000);
    limited.acquire(1000);
    assertThat(asked[0]).isEqualTo(5);
  }
}
