// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.Role;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * More bytes in one call than an int can count. It is quick because the buffers are views of the
 * same few megabytes and the next layer counts bytes instead of moving them.
 */
class HugeMessageTest {
  private static final long TOTAL = (1L << 31) + 12_345;

  @ParameterizedTest
  @CsvSource({
    // role, fragmenting, write buffer, bytes of a buffer
    "SERVER, false, 65536, 67108864",
    "SERVER, false, 65536, 65536",
    "SERVER, true, 65536, 67108864",
    "SERVER, true, 65536, 65536",
    "SERVER, true, 8388608, 65537",
    "CLIENT, false, 65536, 67108864",
    "CLIENT, true, 1048576, 65537"
  })
  void twoGigabytesInManyBuffersAreCountedRight(
      Role role, boolean fragmenting, int writeBuffer, int bytesOfOne) {
    ManualExecutor executor = new ManualExecutor();
    Sink sink = new Sink(executor);
    WebSocketStream stream =
        new WebSocketStream(
            sink, Harness.quiet().withWriteBufferBytes(writeBuffer).withAutoFragment(fragmenting));
    sink.open(stream, role);
    stream.writeKind(MessageKind.BINARY);
    ByteBuffer memory = ByteBuffer.allocateDirect(bytesOfOne);
    ByteBuffer[] buffers = new ByteBuffer[(int) ((TOTAL + bytesOfOne - 1) / bytesOfOne)];
    long left = TOTAL;
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = memory.duplicate().limit((int) Math.min(left, bytesOfOne));
      left -= buffers[i].remaining();
    }
    Recorded<Long> write = new Recorded<>("write of 2 GiB");
    stream.asyncWriteSome(true, buffers, Recorded.io(write));
    executor.runUntilIdle();

    assertThat(write.result()).isEqualTo(TOTAL);
    for (ByteBuffer buffer : buffers) {
      if (buffer.hasRemaining()) {
        throw new AssertionError(buffer + " was not sent in full");
      }
    }
    int mask = role == Role.CLIENT ? 4 : 0;
    if (fragmenting) {
      long frames = (TOTAL + writeBuffer - 1) / writeBuffer;
      assertThat(sink.writes).isEqualTo(frames);
      assertThat(sink.bytes).isBetween(TOTAL + frames * (4 + mask), TOTAL + frames * (10 + mask));
    } else {
      assertThat(sink.bytes).isEqualTo(TOTAL + 10 + mask);
      assertThat(sink.first.get(1) & 0x7F).isEqualTo(127);
      assertThat(sink.first.getLong(2)).isEqualTo(TOTAL);
    }
    stream.abort();
    executor.runUntilIdle();
    assertThat(executor.buffers().outstanding()).isZero();
  }
}
