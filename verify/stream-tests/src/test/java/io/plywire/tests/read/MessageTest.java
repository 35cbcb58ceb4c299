// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.IoKind;
import io.plywire.stream.Handler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.Role;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Reads;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages arrive as they were sent, whatever the cuts between the pieces. */
class MessageTest {
  @ParameterizedTest
  @EnumSource(Role.class)
  void fragmentsAndControlFramesArriveOverEveryCut(Role role) {
    Frame[] frames = {
      Frame.text("gr\u00fc\u00df ").notFinal(),
      Frame.ping("p1"),
      Frame.continuation("dich").notFinal(),
      Frame.continuation("").notFinal(),
      Frame.pong("unasked"),
      Frame.ping(""),
      Frame.continuation(" \ud83d\ude00"),
      Frame.binary(new byte[] {0, (byte) 0xFF, (byte) 0xC3})
    };
    byte[] wire;
    try (Opened o = Opened.as(role)) {
      wire = o.encode(frames);
    }
    Reads.everyCut(
        wire,
        pieces -> {
          try (Opened o = Opened.as(role)) {
            Received first = o.h.read(o.stream);
            Reads.sendApart(o.h, o.peer, pieces);
            assertThat(first.text()).isEqualTo("gr\u00fc\u00df dich \ud83d\ude00");
            assertThat(o.stream.receivedKind()).isEqualTo(MessageKind.TEXT);
            assertThat(o.stream.receivedMessageDone()).isTrue();
            Recorded<Message> second = o.h.handler("second");
            o.stream.asyncRead(second);
            o.h.run();
            assertThat(second.result().kind()).isEqualTo(MessageKind.BINARY);
            assertThat(o.stream.receivedKind()).isEqualTo(MessageKind.BINARY);
            assertThat(second.result().payload().remaining()).isEqualTo(3);
            assertThat(o.briefs()).containsExactly("PONG(2)", "PONG(0)");
          }
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {125, 126, 127, 65_535, 65_536, 100_000})
  void lengthsOfEveryFormArrive(int length) {
    byte[] content = Reads.pattern(length);
    for (Role role : Role.values()) {
      try (Opened o = Opened.as(role)) {
        Recorded<Message> read = o.h.handler("read");
        o.stream.asyncRead(read);
        o.receive(Frame.binary(content));
        assertThat(read.result().payload()).isEqualTo(ByteBuffer.wrap(content));
      }
    }
  }

  @Test
  void fromAPeerThatSendsMuchAMessageOf64KiBIsOneReadOfTheNextLayer() {
    byte[] content = Reads.pattern(64 << 10);
    try (Opened o = new Opened(Role.SERVER, WebSocketOptions.defaults(), 1 << 20)) {
      long[] reads = new long[3];
      for (int i = 0; i < reads.length; i++) {
        long before = o.end().faults().started(IoKind.READ);
        Recorded<Message> read = o.h.handler("read " + i);
        o.receive(Frame.binary(content));
        o.stream.asyncRead(read);
        o.h.run();
        assertThat(read.result().payload()).isEqualTo(ByteBuffer.wrap(content));
        reads[i] = o.end().faults().started(IoKind.READ) - before;
      }
      assertThat(reads).containsExactly(2, 1, 1);
    }
  }

  @Test
  void emptyFragmentsMakeOneEmptyMessage() {
    try (Opened o = Opened.as(Role.SERVER)) {
      Received read = o.h.read(o.stream);
      o.receive(Frame.text("").notFinal(), Frame.continuation("").notFinal());
      read.handler.assertPending();
      o.receive(Frame.continuation(""));
      assertThat(read.text()).isEmpty();
      assertThat(o.stream.receivedMessageDone()).isTrue();
    }
  }

  /** What is said of a message stays true until the next read, whatever a close drops meanwhile. */
  @Test
  void messageKeepsItsKindWhileItsHandlerWaitsElsewhereAndACloseDrains() {
    try (Opened o = Opened.as(Role.SERVER)) {
      List<Runnable> elsewhere = new ArrayList<>();
      Recorded<Message> read = o.h.handler("read");
      o.stream.asyncRead(Handler.bindExecutor(elsewhere::add, read));
      o.receive(Frame.text("text"));
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.receive(Frame.binary(new byte[3]).notFinal());
      elsewhere.remove(0).run();
      assertThat(read.result().kind()).isEqualTo(MessageKind.TEXT);
      assertThat(o.stream.receivedKind()).isEqualTo(MessageKind.TEXT);
      assertThat(o.stream.receivedMessageDone()).isTrue();
      o.receive(Frame.continuation(""), Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
      close.result();
    }
  }

  @Test
  void readSomeTakesWhatFits() {
    try (Opened o = Opened.as(Role.SERVER)) {
      o.receive(Frame.text("hello"));
      ByteBuffer target = ByteBuffer.allocate(3);
      Recorded<Long> first = Reads.some(o.h, o.stream, target);
      o.h.run();
      assertThat(first.result()).isEqualTo(3);
      assertThat(o.stream.receivedMessageDone()).isFalse();
      assertThat(Reads.text(target)).isEqualTo("hel");
      Recorded<Long> second = Reads.some(o.h, o.stream, target.clear());
      o.h.run();
      assertThat(second.result()).isEqualTo(2);
      assertThat(o.stream.receivedMessageDone()).isTrue();
      assertThat(Reads.text(target)).isEqualTo("lo");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void exactFitNeedsNoSpareByte(boolean whole) {
    try (Opened o = Opened.as(Role.SERVER)) {
      ByteBuffer target = ByteBuffer.allocate(3);
      Recorded<Long> read =
          whole ? Reads.whole(o.h, o.stream, target) : Reads.some(o.h, o.stream, target);
      o.receive(Frame.text("abc"));
      assertThat(read.result()).isEqualTo(3);
      assertThat(o.stream.receivedMessageDone()).isTrue();
    }
  }

  @Test
  void exactFitWithAnEmptyLastFrameNeedsNoSpareByte() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      ByteBuffer target = ByteBuffer.allocate(3);
      Recorded<Long> read = Reads.whole(o.h, o.stream, target);
      o.receive(Frame.text("abc").notFinal());
      read.assertPending();
      o.receive(Frame.continuation(""));
      assertThat(read.result()).isEqualTo(3);
      assertThat(o.stream.receivedMessageDone()).isTrue();
    }
  }

  @Test
  void readSomeReportsTheEndOfAMessageThatEndsEmpty() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      ByteBuffer target = ByteBuffer.allocate(10);
      Recorded<Long> some = Reads.some(o.h, o.stream, target);
      o.receive(Frame.text("abc").notFinal());
      assertThat(some.result()).isEqualTo(3);
      assertThat(o.stream.receivedMessageDone()).isFalse();
      Recorded<Long> end = Reads.some(o.h, o.stream, target);
      o.receive(Frame.continuation(""), Frame.text("next"));
      assertThat(end.result()).isZero();
      assertThat(o.stream.receivedMessageDone()).isTrue();
      Received next = o.h.read(o.stream);
      o.h.run();
      assertThat(next.text()).isEqualTo("next");
    }
  }

  @Test
  void noRoomTakesNothingAndLosesNothing() {
    try (Opened o = Opened.as(Role.SERVER)) {
      Recorded<Long> nothing = Reads.some(o.h, o.stream, ByteBuffer.allocate(0));
      o.receive(Frame.text("abc"));
      assertThat(nothing.result()).isZero();
      assertThat(o.stream.receivedMessageDone()).isFalse();
      Recorded<Long> again = Reads.some(o.h, o.stream, ByteBuffer.allocate(0));
      o.h.run();
      assertThat(again.result()).isZero();
      Received read = o.h.read(o.stream);
      o.h.run();
      assertThat(read.text()).isEqualTo("abc");
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void largePayloadGoesStraightIntoDirectMemory(Role role) {
    byte[] content = Reads.pattern(200_000);
    try (Opened o = Opened.as(role)) {
      byte[] wire = o.encode(Frame.binary(content), Frame.ping("behind"));
      ByteBuffer target = ByteBuffer.allocateDirect(300_000).position(7).limit(290_000);
      Recorded<Long> read = Reads.whole(o.h, o.stream, target);
      o.peer.send(java.util.Arrays.copyOf(wire, 14));
      o.h.run();
      o.end().faults().recordCalls();
      o.peer.send(java.util.Arrays.copyOfRange(wire, 14, wire.length));
      o.h.run();
      assertThat(read.result()).isEqualTo(content.length);
      assertThat(target.position()).isEqualTo(7 + content.length);
      assertThat(target.limit()).isEqualTo(290_000);
      assertThat(target.duplicate().flip().position(7)).isEqualTo(ByteBuffer.wrap(content));
      assertThat(o.end().faults().calls())
          .as("reads of what the caller's memory has room for")
          .anyMatch(call -> call.kind() == IoKind.READ && call.offered() > 64 << 10);
      Received next = o.h.read(o.stream);
      o.receive(Frame.text("next"));
      assertThat(next.text()).isEqualTo("next");
      assertThat(o.briefs()).containsExactly("PONG(6)");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16_383, 16_384, 16_385, 70_000})
  void piecesOfEverySizeArePutTogether(int room) {
    byte[] content = Reads.pattern(70_000);
    for (boolean direct : new boolean[] {false, true}) {
      try (Opened o = Opened.as(Role.SERVER)) {
        o.end().faults().capReads(io.plywire.inmemory.Faults.random(42, 20_000)); // the seed
        Frame first = Frame.binary(java.util.Arrays.copyOf(content, 50_000)).notFinal();
        Frame last = Frame.binary(java.util.Arrays.copyOfRange(content, 50_000, 70_000));
        o.peer.send(o.encode(first, Frame.ping("x"), last.withOpcode(0)));
        ByteBuffer target = direct ? ByteBuffer.allocateDirect(room) : ByteBuffer.allocate(room);
        ByteBuffer all = ByteBuffer.allocate(content.length);
        do {
          Recorded<Long> some = Reads.some(o.h, o.stream, target.clear());
          o.h.run();
          assertThat(some.result()).isEqualTo(target.position());
          all.put(target.flip());
        } while (!o.stream.receivedMessageDone());
        assertThat(all.array()).isEqualTo(content);
        assertThat(all.hasRemaining()).isFalse();
        assertThat(o.briefs()).containsExactly("PONG(1)");
      }
    }
  }

  @Test
  void secondMessageOfASegmentNeedsNoReadBelowAndNoInlineHandler() {
    try (Opened o = Opened.as(Role.SERVER)) {
      Received first = o.h.read(o.stream);
      o.receive(Frame.text("one"), Frame.text("two"));
      assertThat(first.text()).isEqualTo("one");
      long started = o.end().faults().started();
      Recorded<Long> second = o.h.handler("second");
      ByteBuffer target = ByteBuffer.allocate(10);
      boolean[] inside = {true};
      o.h.executor.execute(
          () -> {
            o.stream.asyncRead(
                target,
                (error, n) -> {
                  assertThat(inside[0]).as("inside the initiating call").isFalse();
                  second.completed(error, n);
                });
            inside[0] = false;
          });
      o.h.run();
      assertThat(second.result()).isEqualTo(3);
      assertThat(o.end().faults().started()).isEqualTo(started);
    }
  }

  @Test
  void immediateExecutorMayRunTheHandlerInside() {
    try (Opened o = Opened.as(Role.SERVER)) {
      Received first = o.h.read(o.stream);
      o.receive(Frame.text("one"), Frame.text("two"));
      first.text();
      boolean[] inside = {false};
      o.h.executor.execute(
          () -> {
            o.stream.asyncRead(
                ByteBuffer.allocate(10),
                io.plywire.stream.IoHandler.bindImmediateExecutor(
                    io.plywire.stream.InlineExecutor.instance(), (error, n) -> inside[0] = true));
            assertThat(inside[0]).isTrue();
          });
      o.h.run();
    }
  }

  @Test
  void secondReadIsRefusedAndChangesNothing() {
    try (Opened o = Opened.as(Role.SERVER)) {
      Received first = o.h.read(o.stream);
      assertThatThrownBy(() -> o.stream.asyncRead((error, message) -> {}))
          .isInstanceOf(ReadPendingException.class);
      assertThatThrownBy(() -> o.stream.asyncReadSome(ByteBuffer.allocate(1), (e, n) -> {}))
          .isInstanceOf(ReadPendingException.class);
      assertThatThrownBy(
              () -> o.stream.asyncRead(ByteBuffer.allocate(4).asReadOnlyBuffer(), (e, n) -> {}))
          .isInstanceOf(IllegalArgumentException.class);
      o.receive(Frame.text("fine"));
      assertThat(first.text()).isEqualTo("fine");
    }
  }

  @Test
  void thousandsOfSmallMessagesGrowNoStack() {
    int count = 10_000;
    try (Opened o = Opened.as(Role.CLIENT)) {
      StringBuilder got = new StringBuilder();
      ByteBuffer target = ByteBuffer.allocate(4);
      class Loop implements io.plywire.stream.IoHandler {
        int messages;

        @Override
        public void completed(java.io.IOException error, long n) {
          assertThat(error).isNull();
          got.append((char) target.get(0));
          if (++messages < count) {
            o.stream.asyncRead(target.clear(), this);
          }
        }

        @Override
        public java.util.concurrent.Executor immediateExecutor() {
          return io.plywire.stream.InlineExecutor.instance();
        }
      }
      Loop loop = new Loop();
      o.stream.asyncRead(target, loop);
      Frame[] frames = new Frame[count];
      for (int i = 0; i < count; i++) {
        frames[i] = Frame.binary(new byte[] {(byte) ('a' + i % 26)});
      }
      o.receive(frames);
      assertThat(loop.messages).isEqualTo(count);
      assertThat(got.toString().getBytes(StandardCharsets.UTF_8)[27]).isEqualTo((byte) 'b');
    }
  }
}
