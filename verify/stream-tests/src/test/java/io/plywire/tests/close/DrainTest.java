// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.close;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Acceptor;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Reads;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseOutcome.TransportEnd;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens between our close frame and the peer's, and what a waiting close may be asked. */
class DrainTest {
  private static Recorded<CloseOutcome> close(Opened o) {
    Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
    o.h.run();
    return close;
  }

  private static void goodbye(Opened o) {
    o.receive(Frame.close(1000, ""));
    o.peer.stop();
    o.h.run();
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void pendingReadGetsWhatIsOnItsWayAndThenTheEnd(Role role) {
    try (Opened o = Opened.as(role)) {
      Acceptor acceptor = new Acceptor(o.stream);
      Recorded<CloseOutcome> close = close(o);
      o.receive(Frame.text("first").notFinal());
      assertThat(acceptor.messages()).isEmpty();
      o.receive(Frame.ping("no answer"), Frame.continuation(" message"), Frame.text("second"));
      o.receive(Frame.text("third"));
      assertThat(acceptor.messages()).containsExactly("first message", "second", "third");
      goodbye(o);
      assertThat(acceptor.end()).isInstanceOf(WebSocketException.class);
      assertThat(((WebSocketException) acceptor.end()).error()).isEqualTo(WebSocketError.CLOSED);
      assertThat(((WebSocketException) acceptor.end()).outcome()).isEqualTo(close.result());
      assertThat(o.briefs()).containsExactly("CLOSE(2)");
    }
  }

  /** A read that comes late gets whole messages only, wherever the drain was when it came. */
  @Test
  void lateReadNeverGetsTheTailOfAMessage() {
    Frame[] frames = {
      Frame.text("").notFinal(), Frame.continuation("one").notFinal(), Frame.continuation("uno"),
      Frame.text("two").notFinal(), Frame.continuation(""), Frame.text("three")
    };
    byte[] wire = Frame.encodeAll(frames);
    for (int cut = 0; cut <= wire.length; cut++) {
      try (Opened o = Opened.as(Role.CLIENT)) {
        Recorded<CloseOutcome> close = close(o);
        o.receive(Arrays.copyOf(wire, cut));
        Acceptor late = new Acceptor(o.stream);
        o.receive(Arrays.copyOfRange(wire, cut, wire.length));
        List<String> all = List.of("oneuno", "two", "three");
        int count = late.messages().size();
        assertThat(late.messages())
            .as("after %d bytes", cut)
            .isEqualTo(all.subList(all.size() - count, all.size()));
        assertThat(count).isGreaterThanOrEqualTo(cut < 4 ? 3 : cut < 12 ? 2 : 0);
        goodbye(o);
        assertThat(late.hasEnded()).isTrue();
        close.result();
      }
    }
  }

  /** The message that a read was cancelled in goes on in the next one, if that comes in time. */
  @Test
  @SuppressWarnings({"unchecked", "rawtypes"})
  void readBegunInTheHandlerOfACancelledOneMissesNothing() {
    byte[] wire =
        Frame.encodeAll(Frame.text("on").notFinal(), Frame.continuation("e"), Frame.text("two"));
    for (int cut = 0; cut <= wire.length; cut++) {
      try (Opened o = Opened.as(Role.CLIENT)) {
        CancellationSignal signal = new CancellationSignal();
        Acceptor[] next = new Acceptor[1];
        List<String> before = new ArrayList<>();
        Handler<Message>[] first = new Handler[1];
        first[0] =
            Handler.bindCancellationSlot(
                signal.slot(),
                (error, message) -> {
                  if (error == null) {
                    before.add(message.text());
                    o.stream.asyncRead(first[0]);
                  } else {
                    next[0] = new Acceptor(o.stream);
                  }
                });
        o.stream.asyncRead(first[0]);
        Recorded<CloseOutcome> close = close(o);
        o.receive(Arrays.copyOf(wire, cut));
        o.peer.send(Arrays.copyOfRange(wire, cut, wire.length));
        signal.emit(CancellationType.TOTAL);
        o.h.run();
        List<String> all = new ArrayList<>(before);
        if (next[0] != null) { // else the request came too late, within a message
          all.addAll(next[0].messages());
        }
        assertThat(all).as("after %d bytes", cut).containsExactly("one", "two");
        goodbye(o);
        close.result();
      }
    }
  }

  /** The handler of a read that was served at once is on its way, and so is the next read. */
  @Test
  void readServedInItsCallIsFollowedByTheNextOneBeforeAnythingIsDropped() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Received first = o.h.read(o.stream);
      o.receive(Frame.text("one"), Frame.text("two"), Frame.text("three"));
      assertThat(first.text()).isEqualTo("one");
      Acceptor[] acceptor = new Acceptor[1];
      o.h.executor.execute(
          () -> {
            o.stream.close();
            acceptor[0] = new Acceptor(o.stream);
          });
      o.h.run();
      assertThat(acceptor[0].messages()).containsExactly("two", "three");
      goodbye(o);
      assertThat(acceptor[0].hasEnded()).isTrue();
    }
  }

  @Test
  void restOfAHalfReadMessageIsDropped() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      ByteBuffer target = ByteBuffer.allocate(3);
      Recorded<Long> some = Reads.some(o.h, o.stream, target);
      o.receive(Frame.text("half read").notFinal());
      assertThat(some.result()).isEqualTo(3);
      Recorded<CloseOutcome> close = close(o);
      o.receive(Frame.continuation(" tail"));
      Received read = o.h.read(o.stream);
      o.receive(Frame.text("whole"));
      assertThat(read.text()).isEqualTo("whole");
      goodbye(o);
      close.result();
    }
  }

  @Test
  void limitDoesNotHoldForWhatIsSkipped() {
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withReadMessageMax(10))) {
      Recorded<CloseOutcome> close = close(o);
      o.receive(Frame.text("longer than ten bytes"), Frame.text("0123456789").notFinal());
      Received read = o.h.read(o.stream); // comes within a message that is being skipped
      o.receive(Frame.continuation("0123456789"), Frame.text("short"));
      assertThat(read.text()).isEqualTo("short");
      goodbye(o);
      assertThat(close.result().handshakeComplete()).isTrue();
    }
  }

  @Test
  void limitHoldsForAReadDuringTheDrain() {
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withReadMessageMax(10))) {
      Recorded<CloseOutcome> close = close(o);
      Received read = o.h.read(o.stream);
      o.receive(Frame.text("longer than ten bytes"));
      o.peer.stop();
      o.h.run();
      read.handler.assertFailed(WebSocketError.MESSAGE_TOO_BIG);
      close.assertFailed(StreamError.ABORTED);
      assertThat(o.briefs()).as("one close frame only").containsExactly("CLOSE(2)");
      assertThat(o.sentCloseCode()).isEqualTo(1000);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void violationDuringTheDrainEndsIt(boolean withRead) {
    try (Opened o = Opened.as(Role.SERVER)) {
      Received read = withRead ? o.h.read(o.stream) : null;
      Recorded<CloseOutcome> close = close(o);
      o.receive(Frame.text("x").withOpcode(11));
      o.peer.stop();
      o.h.run();
      if (read == null) {
        close.assertFailed(WebSocketError.BAD_OPCODE);
      } else {
        read.handler.assertFailed(WebSocketError.BAD_OPCODE);
        close.assertFailed(StreamError.ABORTED);
      }
      CloseOutcome outcome = o.stream.closeOutcome();
      assertThat(outcome.sent()).isEqualTo(CloseReason.NORMAL);
      assertThat(outcome.received()).isNull();
      assertThat(outcome.initiator()).isEqualTo(Role.SERVER);
      assertThat(o.briefs()).containsExactly("CLOSE(2)");
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void peerVanishesInsteadOfAnswering(Role role) {
    try (Opened o = Opened.as(role)) {
      Recorded<CloseOutcome> close = close(o);
      o.peer.stop();
      o.h.run();
      close.assertFailed(StreamError.EOF);
      CloseOutcome outcome = o.stream.closeOutcome();
      assertThat(outcome.transport()).isEqualTo(TransportEnd.BROKEN_OFF);
      assertThat(outcome.sent()).isEqualTo(CloseReason.NORMAL);
      assertThat(outcome.received()).isNull();
      assertThat(outcome.code()).isEqualTo(1006);
      assertThat(outcome.handshakeComplete()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void peerVanishesAtEveryByteOfItsAnswer(Role role) {
    for (boolean withRead : new boolean[] {false, true}) {
      int length = 1;
      for (int sent = 0; sent <= length; sent++) {
        try (Opened o = Opened.as(role)) {
          byte[] answer = o.encode(Frame.text("on its way"), Frame.close(1000, "bye"));
          length = answer.length;
          Acceptor acceptor = withRead ? new Acceptor(o.stream) : null;
          Recorded<CloseOutcome> close = close(o);
          o.receive(Arrays.copyOf(answer, sent));
          o.peer.stop();
          o.h.run();
          assertThat(close.isDone()).isTrue();
          CloseOutcome outcome = o.stream.closeOutcome();
          assertThat(outcome.handshakeComplete()).isEqualTo(sent == length);
          assertThat(outcome.initiator()).isEqualTo(role);
          assertThat(outcome.transport())
              .isEqualTo(sent == length ? TransportEnd.GRACEFUL : TransportEnd.BROKEN_OFF);
          if (sent == length) {
            assertThat(close.result()).isEqualTo(outcome);
          } else if (acceptor == null) {
            close.assertFailed(StreamError.EOF);
          } else {
            close.assertFailed(StreamError.ABORTED);
            assertThat(acceptor.end()).isSameAs(outcome.cause());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void closeBehindAStalledWriteCanBeCalledOff(CancellationType type) {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Gate gate = o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Recorded<Long> write = o.h.write(o.stream, "stalls");
      Recorded<CloseOutcome> close = close(o);
      close.cancel(type);
      close.assertPending();
      o.h.run();
      assertThat(close.assertFailed(StreamError.ABORTED).cancellation()).isEqualTo(type);
      gate.release();
      o.h.run();
      write.result();
      assertThat(o.stream.isOpen()).isTrue();
      assertThat(o.briefs()).containsExactly("TEXT(6)");
      Recorded<CloseOutcome> again = close(o);
      goodbye(o);
      assertThat(again.result().handshakeComplete()).isTrue();
    }
  }

  @Test
  void closeGoesOutBetweenTwoFramesAndEndsTheWrite() {
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withWriteBufferBytes(10))) {
      Gate gate = o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE) + 1);
      Recorded<Long> write = o.h.write(o.stream, "w".repeat(35));
      Recorded<CloseOutcome> close = close(o);
      Recorded<Void> ping = o.h.ping(o.stream, "waits");
      o.h.run();
      gate.release();
      o.h.run();
      assertThat(o.briefs()).containsExactly("TEXT+(10)", "CONT+(10)", "CLOSE(2)");
      goodbye(o);
      close.result();
      write.assertFailed(StreamError.ABORTED);
      assertThat(write.value()).isEqualTo(20);
      ping.assertFailed(StreamError.ABORTED);
    }
  }

  /** D5: whoever waits for the turn that the close holds is told. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closeThatAwaitsThePeerEndsByForce(boolean withRead) {
    try (Opened o = Opened.as(Role.SERVER)) {
      Received read = withRead ? o.h.read(o.stream) : null;
      Recorded<CloseOutcome> close = close(o);
      Recorded<Long> write = o.h.write(o.stream, "late");
      Recorded<Void> ping = o.h.ping(o.stream, "late");
      close.cancel(CancellationType.TOTAL);
      close.cancel(CancellationType.PARTIAL);
      o.h.run();
      close.assertPending();
      close.cancel(CancellationType.TERMINAL);
      o.h.run();
      assertThat(close.assertFailed(StreamError.ABORTED).cancellation())
          .isEqualTo(CancellationType.TERMINAL);
      write.assertFailed(WebSocketError.CLOSED);
      ping.assertFailed(WebSocketError.CLOSED);
      if (read != null) {
        read.handler.assertFailed(StreamError.ABORTED);
      }
      assertThat(o.end().isOpen()).isFalse();
      assertThat(o.stream.closeOutcome().sent()).isEqualTo(CloseReason.NORMAL);
    }
  }

  @Test
  void closeWhoseFrameIsBeingSentEndsByForce() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      o.end().faults().capWrites(1);
      o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE) + 3);
      Received read = o.h.read(o.stream);
      Recorded<CloseOutcome> close = close(o);
      close.cancel(CancellationType.TOTAL);
      o.h.run();
      close.assertPending();
      close.cancel(CancellationType.TERMINAL);
      o.h.run();
      assertThat(close.assertFailed(StreamError.ABORTED).cancellation())
          .isEqualTo(CancellationType.TERMINAL);
      read.handler.assertFailed(StreamError.ABORTED);
      assertThat(o.stream.closeOutcome().sent()).isNull();
    }
  }

  /** The peer's close has begun the end; calling our own close off does not stop its clock. */
  @Test
  void deadlineOfThePeersCloseOutlivesOurCancelledOne() {
    Timeouts timeouts = Timeouts.none().withClosing(Duration.ofSeconds(30));
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withTimeouts(timeouts))) {
      o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Recorded<Long> write = o.h.write(o.stream, "stalls for ever");
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(1000, ""));
      Recorded<CloseOutcome> close = close(o);
      close.cancel(CancellationType.TOTAL);
      o.h.run();
      close.assertFailed(StreamError.ABORTED);
      o.h.executor.advance(Duration.ofSeconds(30));
      read.handler.assertFailed(StreamError.TIMEOUT);
      write.assertFailed(StreamError.ABORTED);
    }
  }
}
