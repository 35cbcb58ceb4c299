// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What a flow says to an end that is closed by another thread in the middle of its operation. */
class FlowTest {
  private final Flow flow = new Flow(4);

  @Test
  void readerThatWasClosedIsGivenNothingAndToldNothing() {
    flow.put(Bytes.of("abc"), 4);
    flow.end();
    flow.endReading();
    assertThat(flow.take(ByteBuffer.allocate(4), 4)).isEqualTo(Flow.WAIT);
    assertThat(flow.poll()).isEqualTo(Flow.WAIT);
    assertThat(flow.skip()).isEqualTo(Flow.WAIT);
  }

  @Test
  void writerThatWasClosedAddsNothingToItsEnd() {
    flow.end();
    ByteBuffer[] sources = Bytes.of("abc");
    assertThat(flow.put(sources, 4)).isEqualTo(Flow.WAIT);
    assertThat(sources[0].position()).isZero();
    assertThat(flow.take(ByteBuffer.allocate(4), 4)).isEqualTo(Flow.END);
  }

  @Test
  void whoWaitsIsWokenOnceForEachWait() {
    assertThat(flow.poll()).isEqualTo(Flow.WAIT);
    flow.put(Bytes.of("a"), 4);
    flow.put(Bytes.of("b"), 4);
    assertThat(flow.takeReaderDue()).isTrue();
    assertThat(flow.takeReaderDue()).isFalse();
    assertThat(flow.takeWriterDue()).isFalse();
  }

  @Test
  void lastBytesAreSeenAcrossTheEndOfTheRing() {
    flow.put(Bytes.of("abc"), 4);
    flow.take(ByteBuffer.allocate(2), 4);
    flow.put(Bytes.of("def"), 4);
    assertThat(Bytes.in(flow.last(3))).isEqualTo("def");
    ByteBuffer target = ByteBuffer.allocate(4);
    assertThat(flow.take(target, 4)).isEqualTo(4);
    assertThat(Bytes.before(target)).isEqualTo("cdef");
  }
}
