// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static io.plywire.nio.internal.Rig.assertPattern;
import static io.plywire.nio.internal.Rig.pattern;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.spi.ConfinedBufferPool;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutBufferTest {
  @Test
  void whatGoesInComesOutInOrderWhateverTheSizes() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    ConfinedBufferPool pool = new ConfinedBufferPool(1 << 20);
    for (int round = 0; round < 100; round++) {
      OutBuffer out = new OutBuffer();
      int in = 0;
      int gone = 0;
      for (int step = 0; step < 100; step++) {
        int n = Math.min(random.nextInt(1 << random.nextInt(16)), out.room());
        if (n > 0) {
          ByteBuffer[] sources = {
            pattern(ByteBuffer.allocate(n / 2), in), pattern(ByteBuffer.allocate(n), in + n / 2)
          };
          out.append(sources, n, pool);
          assertThat(sources[0].position()).isZero();
          in += n;
        }
        assertThat(out.size()).as("seed %d", seed).isEqualTo(in - gone);
        assertThat(out.size()).isLessThanOrEqualTo(OutBuffer.WINDOW_BYTES);
        assertThat(out.isEmpty()).isEqualTo(in == gone);
        if (!out.isEmpty()) {
          ByteBuffer content = out.content();
          assertThat(content.capacity()).isLessThan(2 * OutBuffer.WINDOW_BYTES);
          assertPattern(content, gone);
          int taken = random.nextInt(4) == 0 ? out.size() : random.nextInt(out.size() + 1);
          content.position(content.position() + taken);
          gone += taken;
          assertThat(out.drained(pool)).isEqualTo(in == gone);
        }
      }
      out.discard(pool);
    }
    // All memory is back: the same as of one growing buffer.
    assertThat(pool.retainedBytes()).isPositive().isLessThan(1 << 18);
  }
}
