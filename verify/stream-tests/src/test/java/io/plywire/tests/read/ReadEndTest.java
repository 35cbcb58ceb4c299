// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Direction;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Reads;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseOutcome.TransportEnd;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketError;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The peer goes without a close frame, while something is being read. */
class ReadEndTest {
  /** After every byte of a conversation: whole messages are delivered, then the end is told. */
  @ParameterizedTest
  @CsvSource({"CLIENT, EOF", "SERVER, EOF", "CLIENT, RESET", "SERVER, RESET"})
  void peerVanishesAtEveryByte(Role role, StreamError how) {
    Frame[] frames = {
      Frame.text("first"), Frame.ping("ping"), Frame.text("sec").notFinal(),
      Frame.pong("pong"), Frame.continuation("ond"), Frame.text("third").notFinal()
    };
    int length;
    int firstEnd;
    int secondEnd;
    try (Opened o = Opened.as(role)) {
      length = o.encode(frames).length;
      firstEnd = o.encode(frames[0]).length;
      secondEnd = o.encode(Arrays.copyOf(frames, 5)).length;
    }
    for (int sent = 0; sent <= length; sent++) {
      try (Opened o = Opened.as(role)) {
        Direction incoming = Direction.INBOUND;
        long before = o.end().faults().passed(incoming);
        if (how == StreamError.EOF) {
          o.end().faults().endAt(incoming, before + sent);
        } else {
          o.end().faults().resetAt(incoming, before + sent);
        }
        o.peer.send(o.encode(frames));
        int whole = sent < firstEnd ? 0 : sent < secondEnd ? 1 : 2;
        for (int i = 0; i < whole; i++) {
          Received message = o.h.read(o.stream);
          o.h.run();
          if (how == StreamError.EOF) {
            assertThat(message.text()).isEqualTo(i == 0 ? "first" : "second");
          }
        }
        Received last = o.h.read(o.stream);
        Recorded<Void> ping = o.h.ping(o.stream, "x");
        o.h.run();
        if (how == StreamError.EOF) {
          last.handler.assertFailed(StreamError.EOF);
        } else {
          assertThat(last.handler.error()).isNotNull();
        }
        assertThat(ping.isDone()).isTrue();
        CloseOutcome outcome = o.stream.closeOutcome();
        assertThat(outcome.transport()).isEqualTo(TransportEnd.BROKEN_OFF);
        assertThat(outcome.initiator()).isNull();
        assertThat(outcome.sent()).isNull();
        assertThat(outcome.received()).isNull();
        assertThat(outcome.code()).isEqualTo(1006);
        assertThat(outcome.cause()).isNotNull();
        Received later = o.h.read(o.stream);
        Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
        o.h.run();
        later.handler.assertFailed(WebSocketError.CLOSED);
        assertThat(close.result()).isEqualTo(outcome);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void endWhileFillingTheCallersMemory(Role role) {
    try (Opened o = Opened.as(role)) {
      byte[] wire = o.encode(Frame.binary(Reads.pattern(100_000)));
      ByteBuffer target = ByteBuffer.allocateDirect(100_000).limit(90_000);
      o.end().faults().endAt(Direction.INBOUND, o.end().faults().passed(Direction.INBOUND) + 14);
      Recorded<Long> read = Reads.whole(o.h, o.stream, target);
      o.peer.send(wire);
      o.h.run();
      read.assertFailed(StreamError.EOF);
      assertThat(target.limit()).isEqualTo(90_000);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void onlyOneOperationIsToldTheFailure(Role role) {
    try (Opened o = Opened.as(role)) {
      o.peer.stop(); // the read meets its end, the write a reset: whoever is first is told
      Received read = o.h.read(o.stream);
      Recorded<Long> write = o.h.write(o.stream, "to nobody");
      Recorded<Void> ping = o.h.ping(o.stream, "to nobody");
      o.h.run();
      long told =
          java.util.stream.Stream.of(read.handler.error(), write.error(), ping.error())
              .filter(e -> e == o.stream.closeOutcome().cause())
              .count();
      assertThat(told).isEqualTo(1);
    }
  }
}
