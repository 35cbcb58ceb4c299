// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.ManualExecutor;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InBufferTest {
  private final ManualExecutor executor = new ManualExecutor();

  /** Runs where the memory belongs. */
  private void run(boolean direct, Consumer<InBuffer> test) {
    executor.execute(() -> test.accept(new InBuffer(new NetworkMemory(executor, direct))));
    executor.runUntilIdle(1);
    assertThat(executor.buffers().outstanding()).isZero();
  }

  private static byte[] read(InBuffer in, int bytes) {
    byte[] content = new byte[bytes];
    in.first(bytes).get(content);
    in.taken();
    return content;
  }

  private static void fill(InBuffer in, int capacity, byte... more) {
    in.lend(capacity).put(more);
    in.filled(more.length);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void contentMovesToSmallerMemoryAndBack(boolean direct) {
    run(direct, in -> moveThereAndBack(in, direct));
  }

  private static void moveThereAndBack(InBuffer in, boolean direct) {
    fill(in, NetworkMemory.LARGE_BYTES, (byte) 1, (byte) 2, (byte) 3);
    assertThat(read(in, 1)).containsExactly(1);

    in.shrink();
    assertThat(in.bytes().capacity()).isEqualTo(NetworkMemory.SMALL_BYTES);
    assertThat(in.bytes().isDirect()).isEqualTo(direct);
    assertThat(in.size()).isEqualTo(2);

    fill(in, NetworkMemory.LARGE_BYTES, (byte) 4);
    assertThat(in.bytes().capacity()).isEqualTo(NetworkMemory.LARGE_BYTES);
    assertThat(read(in, 3)).containsExactly(2, 3, 4);

    in.settle();
    assertThat(in.holdsMemory()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void contentThatNeedsItKeepsLargeMemory(boolean direct) {
    run(
        direct,
        in -> {
          ByteBuffer to = in.lend(NetworkMemory.LARGE_BYTES);
          in.filled(NetworkMemory.SMALL_BYTES + 1);

          in.shrink();
          assertThat(in.bytes()).isSameAs(to);

          in.discard();
          in.settle();
        });
  }
}
