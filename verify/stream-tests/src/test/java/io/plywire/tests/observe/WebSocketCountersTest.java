// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseOutcome.TransportEnd;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.OverflowPolicy;
import io.plywire.websocket.SendQueue;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.observe.OpeningReport;
import io.plywire.websocket.observe.WebSocketCounters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebSocketCountersTest {
  private static final IoHandler NOBODY = (error, bytes) -> {};

  private final WebSocketCounters counters = new WebSocketCounters();

  @Test
  void conversationIsCounted() {
    try (Opened o =
        new Opened(
            Role.SERVER,
            h -> h.deflating().withObserver(counters),
            InMemoryPipe.DEFAULT_WINDOW_BYTES,
            "Sec-WebSocket-Extensions: permessage-deflate")) {
      assertThat(counters.open()).isEqualTo(1);
      o.h.write(o.stream, "again and ".repeat(100));
      o.h.run();
      o.stream.compress(false);
      o.stream.asyncWrite(MessageKind.BINARY, ByteBuffer.allocate(100_000), NOBODY);
      o.h.run();
      o.h.read(o.stream);
      o.receive(Frame.ping(""), Frame.text("abc").notFinal(), Frame.continuation("de"));
      o.h.read(o.stream);
      o.h.ping(o.stream, "x");
      o.h.run();
      o.h.executor.advance(Duration.ofMillis(4));
      o.receive(Frame.pong("x"), Frame.text("f"));

      int compressed = o.sent().get(0).payload().length;
      assertThat(counters.messagesSent()).isEqualTo(2);
      assertThat(counters.bytesSent()).isEqualTo(101_000);
      assertThat(counters.wireBytesSent()).isEqualTo(100_000 + compressed);
      assertThat(counters.framesSent()).isEqualTo(3);
      assertThat(counters.messagesReceived()).isEqualTo(2);
      assertThat(counters.bytesReceived()).isEqualTo(6);
      assertThat(counters.wireBytesReceived()).isEqualTo(6);
      assertThat(counters.framesReceived()).isEqualTo(3);
      assertThat(counters.pingsReceived()).isEqualTo(1);
      assertThat(counters.pingsSent()).isEqualTo(1);
      assertThat(counters.roundTrips()).isEqualTo(1);
      assertThat(counters.roundTripTime()).isEqualTo(Duration.ofMillis(4));
      assertThat(counters.closed()).isZero();
    }
    assertThat(counters.opened()).isEqualTo(1);
    assertThat(counters.open()).isZero();
    assertThat(counters.closedByCode()).containsExactly(Map.entry(1006, 1L));
    assertThat(counters.failures()).containsExactly(Map.entry(ErrorCondition.ABORTED, 1L));
  }

  @Test
  void queueAndStallsAreCounted() {
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withObserver(counters), 16)) {
      o.peer.pause();
      SendQueue queue = new SendQueue(o.stream, 2, 1000, OverflowPolicy.dropOldest());
      for (int i = 0; i < 3; i++) {
        queue.send("0123456789".repeat(3), NOBODY);
      }
      o.h.run();
      assertThat(counters.queuedMessages()).isEqualTo(2);
      assertThat(counters.queuedBytes()).isEqualTo(60);
      assertThat(counters.droppedMessages()).isEqualTo(1);
      assertThat(counters.droppedBytes()).isEqualTo(30);
      o.h.executor.advance(Duration.ofMillis(150));
      o.peer.resume();
      o.h.run();
      assertThat(counters.queuedMessages()).isZero();
      assertThat(counters.queuedBytes()).isZero();
      assertThat(counters.stalls()).isEqualTo(1);
      assertThat(counters.stalledTime()).isEqualTo(Duration.ofMillis(150));
    }
  }

  /** However many there are, the number of figures is bounded. */
  @Test
  void codesAndStatusesOfPeersMakeFewFigures() {
    try (Harness h = new Harness()) {
      WebSocketStream webSocket = h.client(Harness.quiet());
      for (int code = 1000; code < 5000; code++) {
        if (CloseCode.isAllowedInFrame(code)) {
          counters.closed(
              webSocket,
              new CloseOutcome(
                  Role.SERVER, null, new CloseReason(code, ""), TransportEnd.GRACEFUL, null),
              Duration.ZERO);
        }
      }
      assertThat(counters.closedByCode()).hasSizeLessThan(20).containsEntry(3000, 1000L);
      assertThat(counters.closedByCode()).containsEntry(4000, 1000L).containsEntry(1000, 1L);
      for (int status = 0; status < 2000; status++) {
        counters.openingFailed(
            webSocket,
            new OpeningReport(Role.CLIENT, "/", status, Duration.ZERO),
            new IOException());
      }
      assertThat(counters.openingFailures())
          .hasSize(502)
          .containsEntry(WebSocketCounters.OTHER, 1499L)
          .containsEntry(401, 1L)
          .containsEntry(0, 1L);
    }
  }
}
