// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TrackingBufferPoolTest {
  private final TrackingBufferPool pool = new TrackingBufferPool();

  @Test
  void lendsClearedBigEndianDirectBuffers() {
    ByteBuffer first = pool.acquire(600);
    assertThat(first.isDirect()).isTrue();
    assertThat(first.capacity()).isEqualTo(1024);
    first.order(ByteOrder.LITTLE_ENDIAN).position(7).limit(9);
    pool.release(first);
    ByteBuffer again = pool.acquire(1024);
    assertThat(again).isSameAs(first);
    assertThat(again.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    assertThat(again.position()).isZero();
    assertThat(again.limit()).isEqualTo(1024);
  }

  @Test
  void showsLentBuffersAsLongsInNativeOrder() {
    ByteBuffer lent = pool.acquire(600);
    LongBuffer longs = Objects.requireNonNull(pool.longs(lent));
    assertThat(longs.capacity()).isEqualTo(128);
    longs.put(127, 42);
    assertThat(lent.order(ByteOrder.nativeOrder()).getLong(1016)).isEqualTo(42);
    assertThat(pool.longs(lent)).isSameAs(longs);
    assertThat(pool.longs(lent.duplicate())).isNull();
    pool.release(lent);
    assertThatThrownBy(() -> pool.longs(lent))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was released");
  }

  @Test
  void countsWhatIsLent() {
    ByteBuffer a = pool.acquire(1);
    ByteBuffer b = pool.acquire(0);
    assertThat(b).isNotSameAs(a);
    assertThat(pool.outstanding()).isEqualTo(2);
    pool.release(a);
    pool.release(b);
    assertThat(pool.outstanding()).isZero();
    assertThat(pool.acquired()).isEqualTo(2);
  }

  @Test
  void refusesSecondRelease() {
    ByteBuffer buffer = pool.acquire(1);
    pool.release(buffer);
    assertThatThrownBy(() -> pool.release(buffer))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("released before");
  }

  @Test
  void refusesWhatItDidNotLend() {
    ByteBuffer lent = pool.acquire(1);
    for (ByteBuffer foreign :
        new ByteBuffer[] {
          ByteBuffer.allocateDirect(512), lent.duplicate(), new TrackingBufferPool().acquire(1)
        }) {
      assertThatThrownBy(() -> pool.release(foreign))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not lent by this pool");
    }
    assertThat(pool.outstanding()).isEqualTo(1);
  }

  @Test
  void readAfterReleaseGetsThePattern() {
    ByteBuffer buffer = pool.acquire(1).put(0, (byte) 1);
    pool.release(buffer);
    for (int i = 0; i < buffer.capacity(); i++) {
      assertThat(buffer.get(i)).isEqualTo(TrackingBufferPool.POISON);
    }
  }

  @Test
  void writeAfterReleaseIsReported() {
    ByteBuffer buffer = pool.acquire(1);
    pool.release(buffer);
    buffer.put(300, (byte) 1);
    assertThatThrownBy(() -> pool.acquire(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("after its release")
        .hasMessageContaining("296");
  }

  @Test
  void refusesImpossibleSizes() {
    assertThatThrownBy(() -> pool.acquire(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pool.acquire(Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void poolOfAnExecutorWorksInItsTasksOnly() {
    ManualExecutor executor = new ManualExecutor();
    assertThatThrownBy(() -> executor.buffers().acquire(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("acquire");
    executor.execute(() -> executor.buffers().release(executor.buffers().acquire(1)));
    executor.runUntilIdle();
    assertThat(executor.buffers().acquired()).isEqualTo(1);
    assertThat(executor.buffers().outstanding()).isZero();
  }
}
