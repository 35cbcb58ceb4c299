// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.plywire.stream.Role;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs for every frame makes no garbage. */
class ProtocolAllocationTest {

  private static final int PAYLOAD = 20_000;

  // MaskingKeys is left out: the platform's random numbers make some garbage per block of 4 KiB.
  private static final int KEY = 0x12345678;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final FrameHeader written = new FrameHeader();
  private final FrameHeader read = new FrameHeader();
  private final FrameDecoder decoder = new FrameDecoder(Role.SERVER);
  private final Utf8Validator validator = new Utf8Validator();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void steadyStateAllocatesNothing(boolean direct) {
    ByteBuffer source = direct ? ByteBuffer.allocateDirect(PAYLOAD) : ByteBuffer.allocate(PAYLOAD);
    ByteBuffer wire = ByteBuffer.allocateDirect(FrameHeader.MAX_HEADER_BYTES + PAYLOAD);
    run(source, wire, 20_000);
    // The JIT's own work may be charged to this thread once; a leak per frame shows every time.
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 5; attempt++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      run(source, wire, 500);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isZero();
  }

  private void run(ByteBuffer source, ByteBuffer wire, int frames) {
    for (int i = 0; i < frames; i++) {
      int length = (i & 63) == 0 ? PAYLOAD : i & 63;
      frame(source, wire, length);
    }
  }

  private void frame(ByteBuffer source, ByteBuffer wire, int length) {
    written.fin = true;
    written.opcode = Opcode.TEXT;
    written.masked = true;
    written.maskingKey = KEY;
    written.payloadLength = length;
    wire.clear();
    source.clear();
    written.encode(wire);
    Masker.copy(written.maskingKey, 0, source, wire, length);
    wire.flip();
    if (decoder.decode(wire, read) != FrameDecoder.HEADER) {
      throw new AssertionError(decoder.violation());
    }
    Masker.apply(read.maskingKey, 0, wire, wire.position(), wire.limit());
    validator.reset();
    if (!validator.validate(wire, wire.position(), wire.limit()) || !validator.complete()) {
      throw new AssertionError("not UTF-8");
    }
  }
}
