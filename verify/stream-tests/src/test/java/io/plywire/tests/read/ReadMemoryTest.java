// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.IoKind;
import io.plywire.stream.Role;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Reads;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.MessageBuffer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a connection holds a buffer for what it receives, and when it holds none. */
class ReadMemoryTest {
  private static int lent(Opened o) {
    return o.h.executor.buffers().outstanding();
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void aReadThatWaitsHoldsNoBuffer(Role role) {
    try (Opened o = Opened.as(role)) {
      assertThat(lent(o)).as("before any read").isZero();
      Received read = o.h.read(o.stream);
      o.h.run();
      read.handler.assertPending();
      assertThat(lent(o)).as("while it waits for a message").isZero();
      o.receive(Frame.ping("ping"));
      assertThat(lent(o)).as("after a ping was answered").isZero();
      o.receive(Frame.text("some of it").notFinal());
      read.handler.assertPending();
      assertThat(lent(o)).as("while it waits for the rest of a message").isZero();
      o.receive(Frame.continuation(", and the rest"));
      assertThat(read.text()).isEqualTo("some of it, and the rest");
      assertThat(lent(o)).as("after the message").isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 13})
  void aReadThatWaitsForTheRestOfAHeaderHoldsOneBuffer(int bytes) {
    try (Opened o = Opened.as(Role.SERVER)) {
      byte[] wire = o.encode(Frame.binary(new byte[70_000]));
      Received read = o.h.read(o.stream);
      o.receive(Arrays.copyOf(wire, bytes));
      read.handler.assertPending();
      assertThat(lent(o)).isEqualTo(1);
      o.receive(Arrays.copyOfRange(wire, bytes, wire.length));
      assertThat(read.handler.result()).isEqualTo(70_000);
      assertThat(lent(o)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void aReadThatWaitsForTheRestOfAControlFrameHoldsOneBuffer(Role role) {
    try (Opened o = Opened.as(role)) {
      byte[] wire = o.encode(Frame.ping("a ping in two pieces"));
      Received read = o.h.read(o.stream);
      o.receive(Arrays.copyOf(wire, wire.length - 5));
      assertThat(lent(o)).isEqualTo(1);
      o.receive(Arrays.copyOfRange(wire, wire.length - 5, wire.length));
      assertThat(o.briefs()).containsExactly("PONG(20)");
      read.handler.assertPending();
      assertThat(lent(o)).isZero();
    }
  }

  /** What came with a message and belongs to the next one has to be kept until that is read. */
  @Test
  void whatWasReceivedBehindAMessageIsHeldUntilItIsRead() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Received first = o.h.read(o.stream);
      o.receive(Frame.text("first"), Frame.text("second"));
      assertThat(first.text()).isEqualTo("first");
      assertThat(lent(o)).isEqualTo(1);
      Received second = o.h.read(o.stream);
      o.h.run();
      assertThat(second.text()).isEqualTo("second");
      assertThat(lent(o)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void borrowedMemoryIsHeldWhileItHoldsAMessage(Role role) {
    try (Opened o = Opened.as(role)) {
      MessageBuffer memory =
          MessageBuffer.borrowing(o.stream.executor().buffers(), Integer.MAX_VALUE);
      Recorded<Long> read = Reads.whole(o.h, o.stream, memory);
      o.h.run();
      assertThat(lent(o)).isZero();
      o.receive(Frame.text("hello"));
      assertThat(read.result()).isEqualTo(5);
      assertThat(lent(o)).isEqualTo(1);
      o.h.executor.execute(memory::clear);
      o.h.run();
      assertThat(lent(o)).isZero();
    }
  }

  /** Nobody receives what nobody reads: it stays below, and there the peer is held back. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void withoutAReadNothingIsReceived(Role role) {
    try (Opened o = new Opened(role, Harness.quiet(), 1000)) {
      Received first = o.h.read(o.stream);
      o.receive(Frame.text("first"));
      assertThat(first.text()).isEqualTo("first");
      long reads = o.end().faults().started(IoKind.READ);
      long waits = o.end().faults().started(IoKind.WAIT);
      byte[] wire = o.encode(Frame.binary(new byte[50_000]));
      o.receive(wire);
      assertThat(o.end().faults().started(IoKind.READ)).isEqualTo(reads);
      assertThat(o.end().faults().started(IoKind.WAIT)).isEqualTo(waits);
      assertThat(lent(o)).isZero();
      Recorded<Long> second = Reads.whole(o.h, o.stream, ByteBuffer.allocate(50_000));
      o.h.run();
      assertThat(second.result()).isEqualTo(50_000);
    }
  }
}
