// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Reads;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.WebSocketError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads that take a message in parts, of one kind or of several, and what ends them. */
class ReadPartsTest {
  private static Recorded<Message> message(Opened o) {
    Recorded<Message> read = o.h.handler("read of a message");
    o.stream.asyncRead(read);
    return read;
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void partsThatAreThereComeTogetherAndNothingBeyondTheMessage(Role role) {
    try (Opened o = Opened.as(role)) {
      o.receive(
          Frame.text("one ").notFinal(),
          Frame.continuation("two ").notFinal(),
          Frame.continuation("three"),
          Frame.text("next"));
      ByteBuffer target = ByteBuffer.allocate(100);
      Recorded<Long> some = Reads.some(o.h, o.stream, target);
      o.h.run();
      assertThat(some.result()).isEqualTo(13);
      assertThat(Reads.text(target)).isEqualTo("one two three");
    }
  }

  @Test
  void someBytesDoNotWaitForMore() {
    try (Opened o = Opened.as(Role.SERVER)) {
      byte[] wire = o.encode(Frame.text("abcdef"));
      ByteBuffer target = ByteBuffer.allocate(100);
      Recorded<Long> some = Reads.some(o.h, o.stream, target);
      o.receive(java.util.Arrays.copyOf(wire, wire.length - 4));
      assertThat(some.result()).isEqualTo(2);
      assertThat(o.stream.receivedMessageDone()).isFalse();
    }
  }

  /** What was read of a message is gone from it; every kind of read brings the rest. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void readsOfEveryKindGoOnWhereTheLastOneStopped(Role role) {
    try (Opened o = Opened.as(role)) {
      o.receive(Frame.binary("abcdef".getBytes(StandardCharsets.US_ASCII)));
      Recorded<Long> some = Reads.some(o.h, o.stream, ByteBuffer.allocate(2));
      o.h.run();
      assertThat(some.result()).isEqualTo(2);
      Recorded<Message> rest = message(o);
      o.h.run();
      assertThat(rest.result().text()).isEqualTo("cdef");

      o.receive(Frame.text("ghijkl"));
      Reads.some(o.h, o.stream, ByteBuffer.allocate(1));
      o.h.run();
      Reads.some(o.h, o.stream, ByteBuffer.allocate(1));
      o.h.run();
      ByteBuffer target = ByteBuffer.allocate(9);
      Recorded<Long> whole = Reads.whole(o.h, o.stream, target);
      o.h.run();
      assertThat(whole.result()).isEqualTo(4);
      assertThat(Reads.text(target)).isEqualTo("ijkl");

      o.receive(Frame.text("mnopqr"));
      Reads.some(o.h, o.stream, ByteBuffer.allocate(3));
      o.h.run();
      Received grown = o.h.read(o.stream);
      o.h.run();
      assertThat(grown.text()).isEqualTo("pqr");
    }
  }

  /** Or the next message would begin with what another read has left of this one. */
  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void beginningOfACancelledMessageIsForgottenByAReadOfAnotherKind(CancellationType type) {
    if (type == CancellationType.TOTAL) {
      return; // which such a read ignores
    }
    try (Opened o = Opened.as(Role.CLIENT)) {
      Recorded<Message> first = message(o);
      o.receive(Frame.text("Hello, ").notFinal());
      first.cancel(type);
      o.h.run();
      first.assertFailed(StreamError.ABORTED);
      Received rest = o.h.read(o.stream);
      o.receive(Frame.continuation("world"), Frame.text("next"));
      assertThat(rest.text()).isEqualTo("world");
      Recorded<Message> next = message(o);
      o.h.run();
      assertThat(next.result().text()).isEqualTo("next");
    }
  }

  /** The rest of it was dropped while the close waited for the peer. */
  @Test
  void beginningOfACancelledMessageIsForgottenWhenItsRestIsDropped() {
    try (Opened o = Opened.as(Role.SERVER)) {
      Recorded<Message> first = message(o);
      o.receive(Frame.text("Hello, ").notFinal());
      first.cancel(CancellationType.TERMINAL);
      o.h.run();
      first.assertFailed(StreamError.ABORTED);
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.receive(Frame.continuation("world"));
      Recorded<Message> next = message(o);
      o.receive(Frame.text("last words"));
      assertThat(next.result().text()).isEqualTo("last words");
      o.receive(Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
      close.result();
    }
  }

  /** As above, but the read is there before the rest comes. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void beginningOfACancelledMessageStaysWhenItsRestCanStillCome(boolean closeFirst) {
    try (Opened o = Opened.as(Role.SERVER)) {
      Recorded<Message> first = message(o);
      o.receive(Frame.text("Hello, ").notFinal());
      Recorded<CloseOutcome> close =
          closeFirst ? o.h.close(o.stream, CloseReason.NORMAL) : o.h.handler("close");
      o.h.run();
      first.cancel(CancellationType.TERMINAL);
      o.h.run();
      if (!closeFirst) {
        o.stream.asyncClose(CloseReason.NORMAL, close);
        o.h.run();
      }
      Recorded<Message> next = message(o);
      o.receive(Frame.continuation("world"));
      assertThat(next.result().text()).isEqualTo("Hello, world");
      o.receive(Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
      close.result();
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void anErrorTellsHowMuchOfTheMessageIsThere(Role role) {
    try (Opened o = Opened.as(role)) {
      ByteBuffer target = ByteBuffer.allocate(100).position(1);
      Recorded<Long> read = Reads.whole(o.h, o.stream, target);
      o.receive(Frame.text("abc").notFinal());
      o.peer.stop();
      o.h.run();
      read.assertFailed(StreamError.EOF);
      assertThat(read.value()).isEqualTo(3);
      assertThat(target.position()).isEqualTo(4);
    }
  }

  @Test
  void aReadOnlyTargetIsRefusedAndTheNextReadWorks() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      ByteBuffer readOnly = ByteBuffer.allocate(4).asReadOnlyBuffer();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> o.stream.asyncRead(readOnly, (error, bytes) -> {}));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> o.stream.asyncReadSome(readOnly, (error, bytes) -> {}));
      Received read = o.h.read(o.stream);
      o.receive(Frame.text("fine"));
      assertThat(read.text()).isEqualTo("fine");
    }
  }

  /** The limit is looked up for each header, so a lower one counts for a message under way, too. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void anotherLimitCountsFromTheNextFrameOn(Role role) {
    try (Opened o = new Opened(role, Harness.quiet().withReadMessageMax(100))) {
      ByteBuffer target = ByteBuffer.allocate(100);
      Recorded<Long> first = Reads.some(o.h, o.stream, target);
      o.receive(Frame.text("0123456789").notFinal());
      assertThat(first.result()).isEqualTo(10);
      o.stream.readMessageMax(10);
      Recorded<Long> second = Reads.some(o.h, o.stream, target);
      o.receive(Frame.continuation("").notFinal());
      second.assertPending();
      o.receive(Frame.continuation("a"));
      o.peer.stop();
      o.h.run();
      second.assertFailed(WebSocketError.MESSAGE_TOO_BIG);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void aReadOfAMessageAddsToWhatItsMemoryHolds(Role role) {
    try (Opened o = Opened.as(role)) {
      MessageBuffer memory = new MessageBuffer(0);
      Recorded<Long> first = Reads.whole(o.h, o.stream, memory);
      o.receive(Frame.text("one"));
      assertThat(first.result()).isEqualTo(3);
      Recorded<Long> second = Reads.whole(o.h, o.stream, memory);
      o.receive(Frame.text("two"));
      assertThat(second.result()).isEqualTo(3);
      assertThat(StandardCharsets.US_ASCII.decode(memory.data()).toString()).isEqualTo("onetwo");
      memory.clear();
      assertThat(memory.size()).isZero();
    }
  }

  /** A message belongs to whoever received it: later reads leave it alone. */
  @Test
  void aMessageStaysAsItIsWhateverIsReadLater() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Recorded<Message> first = message(o);
      o.receive(Frame.text("first"));
      Recorded<Message> second = message(o);
      o.receive(Frame.binary(new byte[] {1, 2, 3}));
      assertThat(first.result().text()).isEqualTo("first");
      assertThat(first.result().payload().position()).isZero();
      assertThat(second.result().bytes()).containsExactly(1, 2, 3);
      assertThat(first.result().text()).isEqualTo("first");
    }
  }
}
