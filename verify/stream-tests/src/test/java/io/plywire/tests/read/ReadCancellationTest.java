// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
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
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A cancelled read goes away; what the stream was doing goes on, and no byte is lost. */
class ReadCancellationTest {
  /** After every number of bytes of a conversation. */
  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void nextReadGetsEverything(CancellationType type) {
    Frame[] frames = {
      Frame.ping("1"), Frame.text("abc").notFinal(), Frame.ping("2"), Frame.continuation("def")
    };
    for (Role role : Role.values()) {
      int length;
      try (Opened o = Opened.as(role)) {
        length = o.encode(frames).length;
      }
      for (int cut = 0; cut < length; cut++) {
        try (Opened o = Opened.as(role)) {
          byte[] wire = o.encode(frames);
          Received first = o.h.read(o.stream);
          o.receive(Arrays.copyOf(wire, cut));
          first.handler.cancel(type);
          first.handler.assertPending();
          o.h.run();
          int got = first.soFar().length();
          if (got > 0 && type == CancellationType.TOTAL) {
            first.handler.assertPending();
            o.receive(Arrays.copyOfRange(wire, cut, length));
            assertThat(first.text()).isEqualTo("abcdef");
          } else {
            assertThat(first.handler.assertFailed(StreamError.ABORTED).cancellation())
                .isEqualTo(type);
            assertThat(first.handler.value()).isEqualTo(got);
            assertThat(o.stream.isOpen()).isTrue();
            o.receive(Arrays.copyOfRange(wire, cut, length));
            Received second = o.h.read(o.stream);
            o.h.run();
            assertThat(first.soFar() + second.text()).isEqualTo("abcdef");
          }
          assertThat(o.briefs()).containsExactly("PONG(1)", "PONG(1)");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void pongIsStillSent(CancellationType type) {
    try (Opened o = Opened.as(Role.SERVER)) {
      Gate gate = o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Recorded<Long> write = o.h.write(o.stream, "holds the turn");
      Received read = o.h.read(o.stream);
      o.receive(Frame.ping("p"));
      read.handler.cancel(type);
      o.h.run();
      read.handler.assertFailed(StreamError.ABORTED);
      gate.release();
      o.h.run();
      write.result();
      assertThat(o.briefs()).containsExactly("TEXT(14)", "PONG(1)");
      o.receive(Frame.text("behind"));
      Received next = o.h.read(o.stream);
      o.h.run();
      assertThat(next.text()).isEqualTo("behind");
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void pongBeingSentIsNotTorn(CancellationType type) {
    try (Opened o = Opened.as(Role.CLIENT)) {
      o.end().faults().capWrites(1);
      Gate gate = o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE) + 3);
      Received read = o.h.read(o.stream);
      o.receive(Frame.ping("ping"));
      assertThat(gate.isHolding()).isTrue();
      read.handler.cancel(type);
      o.receive(Frame.text("behind"));
      read.handler.assertFailed(StreamError.ABORTED);
      Received next = o.h.read(o.stream);
      gate.release();
      o.h.run();
      assertThat(next.text()).isEqualTo("behind");
      assertThat(o.briefs()).containsExactly("PONG(4)");
    }
  }

  /** D6: nothing may hang because the reply had nobody any more. */
  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void closeReplyIsStillSent(CancellationType type) {
    try (Opened o = Opened.as(Role.SERVER)) {
      Gate gate = o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Recorded<Long> write = o.h.write(o.stream, "holds the turn");
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(1001, "bye"));
      read.handler.cancel(type);
      o.h.run();
      read.handler.assertFailed(StreamError.ABORTED);
      Recorded<CloseOutcome> close = o.h.close(o.stream, new CloseReason(4000, "mine"));
      o.h.run();
      close.assertPending();
      gate.release();
      o.h.run();
      o.peer.stop();
      o.h.run();
      write.result();
      assertThat(close.result().handshakeComplete()).isTrue();
      assertThat(close.result().received()).isEqualTo(new CloseReason(1001, "bye"));
      assertThat(o.briefs().get(1)).startsWith("CLOSE");
    }
  }

  @Test
  void fillingTheCallersMemoryEndsOnlyByForce() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      ByteBuffer target = ByteBuffer.allocateDirect(100_000).limit(99_000);
      Recorded<Long> read = Reads.whole(o.h, o.stream, target);
      byte[] wire = o.encode(Frame.binary(Reads.pattern(90_000)));
      o.receive(Arrays.copyOf(wire, 10));
      o.receive(Arrays.copyOfRange(wire, 10, 50)); // and now it waits inside the target
      read.assertPending();
      read.cancel(CancellationType.TOTAL);
      read.cancel(CancellationType.PARTIAL);
      o.h.run();
      read.assertPending();
      read.cancel(CancellationType.TERMINAL);
      o.h.run();
      assertThat(read.assertFailed(StreamError.ABORTED).cancellation())
          .isEqualTo(CancellationType.TERMINAL);
      assertThat(target.limit()).isEqualTo(99_000);
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.h.run();
      assertThat(close.result().cause()).isSameAs(read.error());
    }
  }

  /** Cancellation and data at the same moment, in both orders. */
  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void cancellationRacesWithData(CancellationType type) {
    for (int steps = 0; steps < 8; steps++) {
      try (Opened o = Opened.as(Role.SERVER)) {
        Received first = o.h.read(o.stream);
        o.h.run();
        o.peer.send(o.encode(Frame.text("abc")));
        for (int i = 0; i < steps; i++) {
          o.h.executor.runOne();
        }
        first.handler.cancel(type);
        o.h.run();
        if (first.handler.error() != null) {
          Received second = o.h.read(o.stream);
          o.h.run();
          assertThat(second.text()).isEqualTo("abc");
        } else {
          assertThat(first.text()).isEqualTo("abc");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void readAfterACancelledOneIsCancelledToo(CancellationType type) {
    try (Opened o = Opened.as(Role.CLIENT)) {
      for (int i = 0; i < 3; i++) {
        Received read = o.h.read(o.stream);
        o.h.run();
        read.handler.cancel(type);
        o.h.run();
        read.handler.assertFailed(StreamError.ABORTED);
      }
      Received read = o.h.read(o.stream);
      o.receive(Frame.text("still here"));
      assertThat(read.text()).isEqualTo("still here");
    }
  }

  /** The request comes on the executor while the operation is on its way to it. */
  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void requestThatOvertakesItsReadIsRemembered(CancellationType type) {
    for (boolean busy : new boolean[] {false, true}) {
      try (Opened o = Opened.as(Role.CLIENT)) {
        if (busy) { // the machine still waits for what an earlier read wanted
          Received earlier = o.h.read(o.stream);
          o.h.run();
          earlier.handler.cancel(type);
          o.h.run();
        }
        Received[] read = new Received[1];
        o.h.executor.execute(() -> read[0].handler.cancel(type));
        read[0] = o.h.read(o.stream);
        o.h.run();
        assertThat(read[0].handler.assertFailed(StreamError.ABORTED).cancellation())
            .isEqualTo(type);
        Received next = o.h.read(o.stream);
        o.receive(Frame.text("x"));
        assertThat(next.text()).isEqualTo("x");
      }
    }
  }

  @Test
  void cancellingACompletedReadDoesNothing() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Received read = o.h.read(o.stream);
      o.receive(Frame.text("done"));
      read.handler.cancel(CancellationType.TERMINAL);
      o.h.run();
      assertThat(read.text()).isEqualTo("done");
      assertThat(o.stream.isOpen()).isTrue();
    }
  }

  /** The failure is known and on its way to the read: no request may turn it into good news. */
  @Test
  void failureIsNotHiddenByACancellation() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Received read = o.h.read(o.stream);
      o.h.run();
      o.h.executor.execute(
          () -> {
            o.stream.abort();
            read.handler.cancel(CancellationType.TOTAL);
          });
      o.h.run();
      assertThat(read.handler.assertFailed(StreamError.ABORTED).cancellation()).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void cancelledReadWhileClosingLeavesTheClose(CancellationType type) {
    try (Opened o = Opened.as(Role.SERVER)) {
      Received read = o.h.read(o.stream);
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.h.run();
      read.handler.cancel(type);
      o.h.run();
      read.handler.assertFailed(StreamError.ABORTED);
      o.receive(Frame.text("nobody wants it"), Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
      assertThat(close.result().handshakeComplete()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void violationIsToldToThePeerAllTheSame(CancellationType type) {
    try (Opened o = new Opened(Role.SERVER, Harness.quiet())) {
      Gate gate = o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Recorded<Long> write = o.h.write(o.stream, "holds the turn");
      Received read = o.h.read(o.stream);
      o.receive(Frame.text("x").withOpcode(5));
      read.handler.cancel(type);
      o.h.run();
      read.handler.assertFailed(StreamError.ABORTED);
      Received next = o.h.read(o.stream);
      gate.release();
      o.h.run();
      o.peer.stop();
      o.h.run();
      assertThat(write.isDone()).isTrue();
      next.handler.assertFailed(WebSocketError.BAD_OPCODE);
      assertThat(o.sentCloseCode()).isEqualTo(1002);
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void cancelledReadOfAMessageLosesNothingOfIt(CancellationType type) {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet());
      WebSocketStream server = h.server(Harness.quiet());
      h.open(client, server);
      Recorded<Message> first = h.handler("first read");
      server.asyncRead(first);
      h.writeSome(client, false, "Hello, ");
      h.run();
      first.cancel(type);
      h.run();
      assertThat(first.isDone()).isEqualTo(type != CancellationType.TOTAL);
      h.writeSome(client, true, "world");
      Recorded<Message> second = first;
      if (first.isDone()) {
        first.assertFailed(StreamError.ABORTED);
        second = h.handler("second read");
        server.asyncRead(second);
      }
      h.run();
      assertThat(second.result().text()).isEqualTo("Hello, world");
      Recorded<Message> third = h.handler("third read");
      server.asyncRead(third);
      h.write(client, "next");
      h.run();
      assertThat(third.result().text()).isEqualTo("next");
    }
  }
}
