// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.spi.ConfinedBufferPool;
import io.plywire.stream.BufferPool;
import io.plywire.websocket.internal.protocol.Masker;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Masking of a payload into a buffer of the pool, beside a plain copy into the same one. */
public class MaskBenchmark extends Comparison {
  private static final int KEY = 0x12345678;

  @Param({"16", "1024", "65536"})
  private int size;

  @Param({"heap", "direct"})
  private String source = "heap";

  private final BufferPool pool = new ConfinedBufferPool(1 << 20);
  private ByteBuffer payload = ByteBuffer.allocate(0);
  private ByteBuffer target = ByteBuffer.allocate(0);

  /** Makes the buffers, and a profile of accesses as it is where frames are read. */
  @Setup
  public void make() {
    mixOrders();
    payload = Payloads.in(source, Payloads.noise(size));
    target = pool.acquire(size);
  }

  /**
   * The length in front of a long message is read in network order, so that in a server the JIT has
   * seen both orders. A loop that is only fast while it has seen one is found out by this.
   */
  private static void mixOrders() {
    ByteBuffer header = ByteBuffer.allocateDirect(Long.BYTES);
    long sum = 0;
    for (int i = 0; i < 100_000; i++) {
      header.order(i % 2 == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      sum += header.putLong(0, i).getLong(0);
    }
    if (sum == 0) {
      throw new AssertionError("nothing was read");
    }
  }

  @Override
  long least() {
    return target.clear().put(payload.rewind()).limit();
  }

  @Override
  long ours() {
    Masker.copy(KEY, 0, payload.rewind(), target.clear(), pool.longs(target), size);
    return target.limit();
  }

  @Override
  int times() {
    return (4 << 20) / (size + 256);
  }

  /** Masks where the bytes are. */
  @Benchmark
  public ByteBuffer maskInPlace() {
    Masker.apply(KEY, 0, target, pool.longs(target), 0, size);
    return target;
  }
}
