// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Role;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Reads;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of messages and buffers: what is at the limit passes, one byte more is too much. */
class LimitTest {
  private static final byte[] HUGE = HexFormat.of().parseHex("827f7fffffffffffffff");

  @ParameterizedTest
  @EnumSource(Role.class)
  void messageLimitIsExact(Role role) {
    try (Opened o = new Opened(role, Harness.quiet().withReadMessageMax(10))) {
      Received fits = o.h.read(o.stream);
      o.receive(Frame.text("0123456789"));
      assertThat(fits.text()).isEqualTo("0123456789");
      Received fragments = o.h.read(o.stream);
      o.receive(Frame.text("012345").notFinal(), Frame.continuation("6789"));
      assertThat(fragments.text()).isEqualTo("0123456789");
      Received tooBig = o.h.read(o.stream);
      o.receive(Frame.text("0123456789a"));
      o.peer.stop();
      o.h.run();
      WebSocketException told = tooBig.handler.assertFailed(WebSocketError.MESSAGE_TOO_BIG);
      assertThat(told).hasMessageContaining("11").hasMessageContaining("10");
      assertThat(tooBig.soFar()).isEmpty();
      assertThat(o.sentCloseCode()).isEqualTo(1009);
    }
  }

  @Test
  void limitCountsAllFragments() {
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withReadMessageMax(10))) {
      ByteBuffer target = ByteBuffer.allocate(20);
      Recorded<Long> some = Reads.some(o.h, o.stream, target);
      o.receive(Frame.text("012345").notFinal(), Frame.ping("p"), Frame.continuation("6789a"));
      assertThat(some.result()).isEqualTo(6);
      Recorded<Long> rest = Reads.some(o.h, o.stream, target);
      o.h.run();
      o.peer.stop();
      o.h.run();
      rest.assertFailed(WebSocketError.MESSAGE_TOO_BIG);
      assertThat(target.position()).isEqualTo(6);
      assertThat(o.briefs()).containsExactly("PONG(1)", "CLOSE(2)");
      assertThat(o.sentCloseCode()).isEqualTo(1009);
    }
  }

  @Test
  void limitChangesBetweenMessages() {
    try (Opened o = new Opened(Role.CLIENT, Harness.quiet().withReadMessageMax(3))) {
      Received first = o.h.read(o.stream);
      o.receive(Frame.text("abc"));
      first.text();
      o.stream.readMessageMax(5);
      Received second = o.h.read(o.stream);
      o.receive(Frame.text("abcde"));
      assertThat(second.text()).isEqualTo("abcde");
      o.stream.readMessageMax(2);
      Received third = o.h.read(o.stream);
      o.receive(Frame.text("abc"));
      o.peer.stop();
      o.h.run();
      third.handler.assertFailed(WebSocketError.MESSAGE_TOO_BIG);
    }
  }

  /** What a header announces is not there yet, so nobody makes room for it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void hugeAnnouncementAllocatesNothing(boolean holdsSomething) {
    try (Opened o = new Opened(Role.CLIENT, Harness.quiet().withReadMessageMax(0))) {
      MessageBuffer memory = new MessageBuffer(0);
      if (holdsSomething) {
        Recorded<Long> before = Reads.whole(o.h, o.stream, memory);
        o.receive(Frame.text("before"));
        before.result();
      }
      int held = memory.size();
      Recorded<Long> read = Reads.whole(o.h, o.stream, memory);
      o.receive(HUGE);
      o.receive("some".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      read.assertPending();
      assertThat(memory.size()).isEqualTo(held + 4);
      assertThat(memory.capacity()).isLessThan(1 << 20);
    }
  }

  @Test
  void announcementWithinTheLimitAllocatesOnlyWhatArrives() {
    try (Opened o = new Opened(Role.CLIENT, Harness.quiet())) {
      MessageBuffer memory = new MessageBuffer(0);
      Reads.whole(o.h, o.stream, memory);
      byte[] frame = Frame.binary(new byte[16 << 20]).encode();
      o.receive(java.util.Arrays.copyOf(frame, 5_000));
      assertThat(memory.capacity()).isLessThan(1 << 20);
    }
  }

  /** The room that is made at first is used before there is more: a byte does not double it. */
  @Test
  void firstByteOfALongMessageTakesNoMoreThan64KiB() {
    try (Opened o = new Opened(Role.CLIENT, Harness.quiet())) {
      MessageBuffer memory = new MessageBuffer(0);
      Reads.whole(o.h, o.stream, memory);
      byte[] frame = Frame.binary(new byte[16 << 20]).encode();
      int header = frame.length - (16 << 20);
      o.receive(java.util.Arrays.copyOf(frame, header + 1));
      assertThat(memory.size()).isEqualTo(1);
      assertThat(memory.capacity()).isLessThanOrEqualTo(64 << 10);
      o.receive(java.util.Arrays.copyOfRange(frame, header + 1, header + 20_000));
      assertThat(memory.size()).isEqualTo(20_000);
      assertThat(memory.capacity()).isLessThanOrEqualTo(64 << 10);
    }
  }

  @Test
  void hugeAnnouncementToSomeBytesIsReadBitByBit() {
    try (Opened o = new Opened(Role.CLIENT, Harness.quiet().withReadMessageMax(0))) {
      ByteBuffer target = ByteBuffer.allocateDirect(100_000);
      Recorded<Long> read = Reads.some(o.h, o.stream, target);
      o.receive(HUGE);
      read.assertPending();
      o.receive(Reads.pattern(50_000));
      assertThat(read.result()).isEqualTo(50_000);
      assertThat(o.stream.receivedMessageDone()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void messageThatDoesNotFitTheBufferIsRefused(Role role) {
    try (Opened o = Opened.as(role)) {
      ByteBuffer target = ByteBuffer.allocate(4);
      Recorded<Long> read = Reads.whole(o.h, o.stream, target);
      o.receive(Frame.text("abc").notFinal(), Frame.continuation("de"));
      o.peer.stop();
      o.h.run();
      read.assertFailed(WebSocketError.BUFFER_OVERFLOW);
      assertThat(o.briefs()).containsExactly("CLOSE(2)");
      assertThat(o.sentCloseCode()).isEqualTo(1009);
      assertThat(o.stream.closeOutcome().cause()).isSameAs(read.error());
    }
  }

  @Test
  void messageBufferKeepsItsMaximum() {
    try (Opened o = Opened.as(Role.SERVER)) {
      MessageBuffer memory = new MessageBuffer(0, 8, true);
      Recorded<Long> first = Reads.whole(o.h, o.stream, memory);
      o.receive(Frame.text("abcd"));
      assertThat(first.result()).isEqualTo(4);
      Recorded<Long> second = Reads.whole(o.h, o.stream, memory);
      o.receive(Frame.text("efgh"));
      assertThat(second.result()).isEqualTo(4);
      assertThat(memory.size()).isEqualTo(8);
      Recorded<Long> empty = Reads.whole(o.h, o.stream, memory);
      o.receive(Frame.text(""));
      assertThat(empty.result()).isZero();
      Recorded<Long> third = Reads.whole(o.h, o.stream, memory);
      o.receive(Frame.text("i"));
      o.peer.stop();
      o.h.run();
      third.assertFailed(WebSocketError.BUFFER_OVERFLOW);
      assertThat(memory.data().remaining()).isEqualTo(8);
    }
  }

  @Test
  void peersOwnLimitIsADifferentError() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(1009, "too long for me"));
      o.peer.stop();
      o.h.run();
      WebSocketException closed = read.handler.assertFailed(WebSocketError.CLOSED);
      assertThat(closed.outcome().code()).isEqualTo(1009);
      assertThat(closed.outcome().reason()).isEqualTo("too long for me");
    }
  }
}
