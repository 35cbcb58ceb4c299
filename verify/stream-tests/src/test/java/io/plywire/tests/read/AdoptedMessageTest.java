// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.TrackingBufferPool;
import io.plywire.stream.BufferPool;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Reads;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketError;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A long message stays in the memory that it was received in, and leaves from there. */
class AdoptedMessageTest {
  /** What is received at once, of a peer that was silent. */
  private static final int RECEIVE = 16 << 10;

  private static final byte[] LONG = Reads.pattern(6_000);

  /** A stream, memory of its pool, and tests within the executor, as the pool demands. */
  private static final class Fixture implements AutoCloseable {
    final Opened o;
    final MessageBuffer memory;

    Fixture(Role role, int maxBytes) {
      o = Opened.as(role);
      o.stream.writeKind(MessageKind.BINARY);
      memory = MessageBuffer.borrowing(o.stream.executor().buffers(), maxBytes);
    }

    Recorded<Long> read() {
      return Reads.whole(o.h, o.stream, memory);
    }

    Recorded<Long> write() {
      Recorded<Long> write = o.h.handler("write of " + memory.size());
      o.stream.asyncWrite(MessageKind.BINARY, memory, Recorded.io(write));
      o.h.run();
      return write;
    }

    void clear() {
      o.h.executor.execute(memory::clear);
      o.h.run();
    }

    void assertHolds(byte[] content) {
      assertThat(memory.size()).isEqualTo(content.length);
      assertThat(memory.data()).isEqualTo(ByteBuffer.wrap(content));
      assertThat(memory.data().position()).isZero();
    }

    @Override
    public void close() {
      clear();
      o.close();
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void itIsNeitherCopiedWhenReadNorWhenAServerWritesIt(Role role) {
    try (Fixture f = new Fixture(role, 1 << 20)) {
      TrackingBufferPool pool = f.o.h.executor.buffers();
      Recorded<Long> read = f.read();
      long before = pool.acquired();
      f.o.receive(Frame.binary(LONG));
      assertThat(read.result()).isEqualTo(LONG.length);
      assertThat(pool.acquired() - before).isEqualTo(1);
      assertThat(f.memory.capacity()).isEqualTo(RECEIVE);
      f.assertHolds(LONG);

      before = pool.acquired();
      assertThat(f.write().result()).isEqualTo(LONG.length);
      assertThat(pool.acquired() - before).isEqualTo(role == Role.SERVER ? 0 : 1);
      assertThat(f.o.sent()).hasSize(1);
      assertThat(f.o.sent().get(0).payload()).isEqualTo(LONG);
      f.assertHolds(LONG);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void itIsWholeWhereverItIsCut(Role role) {
    byte[] wire;
    try (Opened o = Opened.as(role)) {
      wire = o.encode(Frame.binary(LONG), Frame.ping("behind"), Frame.text("next"));
    }
    for (int cut = 0; cut < wire.length; cut += cut < 20 || cut > LONG.length ? 1 : 97) {
      try (Fixture f = new Fixture(role, 1 << 20)) {
        Recorded<Long> read = f.read();
        Reads.sendApart(
            f.o.h,
            f.o.peer,
            List.of(Arrays.copyOf(wire, cut), Arrays.copyOfRange(wire, cut, wire.length)));
        assertThat(read.result()).as("cut at %d", cut).isEqualTo(LONG.length);
        f.assertHolds(LONG);
        f.clear();
        Recorded<Long> next = f.read();
        f.o.h.run();
        assertThat(next.result()).isEqualTo(4);
        f.assertHolds("next".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(f.o.briefs()).containsExactly("PONG(6)");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWriteInFramesLeavesItAsItIs(boolean fragmenting) {
    try (Fixture f = new Fixture(Role.SERVER, 1 << 20)) {
      f.o.stream.autoFragment(fragmenting);
      f.o.stream.writeBufferBytes(1_000);
      f.read();
      f.o.receive(Frame.binary(LONG));
      f.write().result();
      f.assertHolds(LONG);
      f.write().result(); // to somebody else, say
      assertThat(f.o.sent()).hasSize(fragmenting ? 12 : 2);
      f.assertHolds(LONG);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void whatIsReadBehindItIsAdded(Role role) {
    try (Fixture f = new Fixture(role, 1 << 20)) {
      f.read();
      f.o.receive(Frame.binary(LONG));
      for (int i = 1; i < 6; i++) { // beyond the memory that it was received in
        Recorded<Long> more = f.read();
        f.o.receive(Frame.binary(LONG));
        assertThat(more.result()).isEqualTo(LONG.length);
      }
      byte[] all = new byte[6 * LONG.length];
      for (int i = 0; i < all.length; i++) {
        all[i] = LONG[i % LONG.length];
      }
      f.assertHolds(all);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void itMayBeAsLongAsTheMaximumAndNoLonger(Role role) {
    try (Fixture f = new Fixture(role, LONG.length)) {
      Recorded<Long> fits = f.read();
      f.o.receive(Frame.binary(LONG));
      assertThat(fits.result()).isEqualTo(LONG.length);
      f.assertHolds(LONG);
    }
    try (Fixture f = new Fixture(role, LONG.length - 1)) {
      Recorded<Long> tooLong = f.read();
      f.o.receive(Frame.binary(LONG));
      f.o.peer.stop();
      f.o.h.run();
      tooLong.assertFailed(WebSocketError.BUFFER_OVERFLOW);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void manyShortMessagesBehindItAreNotMoved(Role role) {
    try (Fixture f = new Fixture(role, 1 << 20)) {
      Recorded<Long> read = f.read();
      Frame[] frames = new Frame[200];
      frames[0] = Frame.binary(LONG);
      Arrays.fill(frames, 1, frames.length, Frame.text("0123456789"));
      f.o.receive(frames);
      assertThat(read.result()).isEqualTo(LONG.length);
      assertThat(f.memory.capacity()).isNotEqualTo(RECEIVE);
      f.assertHolds(LONG);
      for (int i = 1; i < frames.length; i++) {
        f.clear();
        Recorded<Long> next = f.read();
        f.o.h.run();
        assertThat(next.result()).isEqualTo(10);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void theShortEndOfALongMessageDoesNotMakeTheNextOneACopy(Role role) {
    try (Fixture f = new Fixture(role, 1 << 20)) {
      byte[] longer = Reads.pattern(60_000);
      byte[] wire = f.o.encode(Frame.binary(longer));
      Recorded<Long> first = f.read();
      f.o.receive(Arrays.copyOf(wire, 55_000));
      f.o.receive(Arrays.copyOfRange(wire, 55_000, wire.length));
      assertThat(first.result()).isEqualTo(longer.length);
      f.clear();

      Recorded<Long> second = f.read();
      long before = f.o.h.executor.buffers().acquired();
      f.o.receive(Frame.binary(longer));
      assertThat(second.result()).isEqualTo(longer.length);
      assertThat(f.o.h.executor.buffers().acquired() - before).isEqualTo(1);
      f.assertHolds(longer);
    }
  }

  /** Or an application that thinks for a long time about small messages would hold much. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void aShortMessageDoesNotHoldMuchMemory(Role role) {
    try (Fixture f = new Fixture(role, 1 << 20)) {
      f.read();
      f.o.receive(Frame.text("short"));
      assertThat(f.memory.capacity()).isLessThan(RECEIVE / 4);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void memoryOfAnotherPoolIsNotMixedWithIt(Role role) {
    try (Opened o = Opened.as(role)) {
      BufferPool other = new TrackingBufferPool();
      MessageBuffer memory = MessageBuffer.borrowing(other, 1 << 20);
      Recorded<Long> read = Reads.whole(o.h, o.stream, memory);
      o.receive(Frame.binary(LONG));
      assertThat(read.result()).isEqualTo(LONG.length);
      assertThat(memory.data()).isEqualTo(ByteBuffer.wrap(LONG));
      assertThat(((TrackingBufferPool) other).outstanding()).isEqualTo(1);
      memory.clear();
      assertThat(((TrackingBufferPool) other).outstanding()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void aCancelledReadLeavesTheBeginningAndTheNextOneGoesOn(CancellationType type) {
    for (Role role : Role.values()) {
      try (Fixture f = new Fixture(role, 1 << 20)) {
        byte[] wire = f.o.encode(Frame.binary(LONG));
        Recorded<Long> first = f.read();
        f.o.receive(Arrays.copyOf(wire, 3_000));
        first.cancel(type);
        f.o.h.run();
        if (type == CancellationType.TOTAL) {
          first.assertPending(); // some of it is in the caller's memory
          f.o.receive(Arrays.copyOfRange(wire, 3_000, wire.length));
          assertThat(first.result()).isEqualTo(LONG.length);
        } else {
          assertThat(first.assertFailed(StreamError.ABORTED).cancellation()).isEqualTo(type);
          assertThat(f.memory.size()).isEqualTo(first.value().intValue());
          Recorded<Long> second = f.read();
          f.o.receive(Arrays.copyOfRange(wire, 3_000, wire.length));
          assertThat(first.value() + second.result()).isEqualTo(LONG.length);
        }
        f.assertHolds(LONG);
      }
    }
  }
}
