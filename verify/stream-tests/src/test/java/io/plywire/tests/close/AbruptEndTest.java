// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.close;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Direction;
import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseOutcome.TransportEnd;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The end without a goodbye: by our close(), by the peer, or because the goodbye itself fails. */
class AbruptEndTest {
  @ParameterizedTest
  @CsvSource({"CLIENT, true", "CLIENT, false", "SERVER, true", "SERVER, false"})
  void closeEndsEverythingThatIsPending(Role role, boolean onExecutor) {
    try (Opened o = Opened.as(role)) {
      o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Received read = o.h.read(o.stream);
      Recorded<Long> write = o.h.write(o.stream, "stalls");
      Recorded<Void> ping = o.h.ping(o.stream, "waits");
      Recorded<Void> pong = o.h.pong(o.stream, "waits");
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.h.run();
      if (onExecutor) {
        o.h.executor.execute(
            () -> {
              o.stream.abort();
              for (Recorded<?> each : List.of(read.handler, write, ping, pong, close)) {
                each.assertPending();
              }
            });
      } else {
        o.stream.abort();
      }
      o.h.run();
      for (Recorded<?> each : List.of(read.handler, write, ping, pong, close)) {
        each.assertFailed(StreamError.ABORTED);
      }
      assertThat(o.stream.isOpen()).isFalse();
      assertThat(o.end().isOpen()).isFalse();
      CloseOutcome outcome = o.stream.closeOutcome();
      assertThat(outcome.transport()).isEqualTo(TransportEnd.CLOSED_HERE);
      assertThat(outcome.sent()).isNull();
      assertThat(outcome.cause()).isInstanceOf(StreamException.class);
      assertThat(o.briefs()).isEmpty();
    }
  }

  @Test
  void closeIsHarmlessAfterTheEnd() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.receive(Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
      CloseOutcome outcome = close.result();
      o.stream.abort();
      o.stream.abort();
      o.h.run();
      assertThat(o.stream.closeOutcome()).isEqualTo(outcome);
      assertThat(outcome.cause()).isNull();
    }
  }

  @Test
  void closeBeforeOpenForbidsTheHandshake() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      server.abort();
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      h.run();
      accept.assertFailed(StreamError.ABORTED);
    }
  }

  @Test
  void closeDuringTheTeardownEndsIt() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(1000, ""));
      close.assertPending(); // a client waits for the server's end
      o.stream.abort();
      o.h.run();
      close.assertFailed(StreamError.ABORTED);
      read.handler.assertFailed(StreamError.ABORTED);
      assertThat(o.stream.closeOutcome().handshakeComplete()).isTrue();
    }
  }

  /** Our reply cannot be sent any more; what the peer said stands. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void replyThatCannotBeSentIsNoFailure(Role role) {
    try (Opened o = Opened.as(role)) {
      o.peer.send(o.encode(Frame.close(1001, "bye")));
      o.h.run();
      o.peer.stop();
      Received read = o.h.read(o.stream);
      o.h.run();
      CloseOutcome outcome = read.handler.assertFailed(WebSocketError.CLOSED).outcome();
      assertThat(outcome.received()).isEqualTo(new CloseReason(1001, "bye"));
      assertThat(outcome.sent()).isNull();
      assertThat(outcome.handshakeComplete()).isFalse();
      assertThat(outcome.initiator()).isNotEqualTo(role);
    }
  }

  /** The peer waits for our reply, and would wait for ever if we waited for its goodbye. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void replyThatFailsEndsBothSidesAtOnce(Role role) {
    for (StreamError error : List.of(StreamError.RESET, StreamError.IO)) {
      try (Harness h = new Harness()) {
        WebSocketStream client = h.client(Harness.quiet());
        WebSocketStream server = h.server(Harness.quiet());
        h.open(client, server);
        var end = role == Role.CLIENT ? h.clientEnd : h.serverEnd;
        StreamException fault = new StreamException(error, "fault");
        end.faults().fail(IoKind.WRITE, end.faults().started(IoKind.WRITE), fault);
        Received read = h.read(role == Role.CLIENT ? client : server);
        Recorded<CloseOutcome> close =
            h.close(role == Role.CLIENT ? server : client, CloseReason.of(1001));
        h.run();
        CloseOutcome outcome = read.handler.assertFailed(WebSocketError.CLOSED).outcome();
        assertThat(outcome.code()).isEqualTo(1001);
        assertThat(outcome.sent()).isNull();
        assertThat(outcome.transport())
            .isEqualTo(
                error == StreamError.IO ? TransportEnd.CLOSED_HERE : TransportEnd.BROKEN_OFF);
        close.assertFailed(StreamError.EOF);
        assertThat(end.isOpen()).isFalse();
      }
    }
  }

  /** The peer's power is gone after its close frame: the teardown is bounded by the layer. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void goodbyeThatNobodyAnswersIsBounded(Role role) {
    try (Opened o = Opened.as(role)) {
      o.end().faults().loseEnd(Direction.INBOUND);
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(1001, "bye"));
      o.peer.stop();
      o.h.run();
      read.handler.assertPending();
      o.h.executor.advance(Duration.ofSeconds(5));
      CloseOutcome outcome = read.handler.assertFailed(WebSocketError.CLOSED).outcome();
      assertThat(outcome.handshakeComplete()).isTrue();
      assertThat(outcome.transport()).isEqualTo(TransportEnd.CLOSED_HERE);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void failingTeardownEndsTheStream(boolean weClose) {
    for (Role role : Role.values()) {
      for (StreamError error : List.of(StreamError.RESET, StreamError.EOF, StreamError.IO)) {
        try (Opened o = Opened.as(role)) {
          o.end().faults().fail(IoKind.TEARDOWN, 0, new StreamException(error, "fault"));
          Received read = o.h.read(o.stream);
          Recorded<CloseOutcome> close = weClose ? o.h.close(o.stream, CloseReason.NORMAL) : null;
          o.receive(Frame.close(1000, ""));
          CloseOutcome outcome = read.handler.assertFailed(WebSocketError.CLOSED).outcome();
          assertThat(outcome.handshakeComplete()).isTrue();
          assertThat(outcome.transport())
              .isEqualTo(
                  error == StreamError.IO ? TransportEnd.CLOSED_HERE : TransportEnd.BROKEN_OFF);
          if (close != null) {
            assertThat(close.result()).isEqualTo(outcome);
          }
          assertThat(o.end().isOpen()).isFalse();
        }
      }
    }
  }

  @Test
  void failingTeardownAfterAViolationTellsTheViolation() {
    try (Opened o = Opened.as(Role.SERVER)) {
      o.end().faults().fail(IoKind.TEARDOWN, 0, new StreamException(StreamError.IO, "fault"));
      Received read = o.h.read(o.stream);
      o.receive(Frame.text("x").withRsv(2));
      read.handler.assertFailed(WebSocketError.BAD_RESERVED_BITS);
      assertThat(o.sentCloseCode()).isEqualTo(1002);
    }
  }

  @Test
  void closeFrameThatCannotBeSentFailsTheClose() {
    for (int after = 0; after < 8; after++) {
      try (Opened o = Opened.as(Role.CLIENT)) {
        StreamException fault = new StreamException(StreamError.RESET, "fault");
        o.end().faults().failWriteAfter(o.end().faults().started(IoKind.WRITE), after, fault);
        Received read = o.h.read(o.stream);
        Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.of(1001));
        o.h.run();
        assertThat(close.error()).isSameAs(fault);
        read.handler.assertFailed(StreamError.ABORTED);
        assertThat(o.stream.closeOutcome().sent()).isNull();
        assertThat(o.stream.closeOutcome().transport()).isEqualTo(TransportEnd.BROKEN_OFF);
      }
    }
  }

  // ---- deadlines: statements 160 to 162

  private static final Timeouts CLOSING = Timeouts.none().withClosing(Duration.ofMillis(50));

  @Test
  void silentPeerTimesTheCloseOut() {
    try (Opened o = new Opened(Role.CLIENT, Harness.quiet().withTimeouts(CLOSING))) {
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.h.executor.advance(Duration.ofMillis(49));
      close.assertPending();
      o.h.executor.advance(Duration.ofMillis(1));
      close.assertFailed(StreamError.TIMEOUT);
      assertThat(o.end().isOpen()).isFalse();
      CloseOutcome outcome = o.stream.closeOutcome();
      assertThat(outcome.transport()).isEqualTo(TransportEnd.CLOSED_HERE);
      assertThat(outcome.cause()).isSameAs(close.error());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void silentPeerTimesThePendingReadOut(boolean readFirst) {
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withTimeouts(CLOSING))) {
      Received read = readFirst ? o.h.read(o.stream) : null;
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.h.run();
      read = readFirst ? read : o.h.read(o.stream);
      o.h.executor.advance(Duration.ofMillis(50));
      read.handler.assertFailed(StreamError.TIMEOUT);
      close.assertFailed(StreamError.ABORTED);
    }
  }

  @Test
  void replyThatStallsTimesTheReadOut() {
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withTimeouts(CLOSING))) {
      Gate gate = o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Received read = o.h.read(o.stream);
      o.receive(Frame.close(1000, ""));
      assertThat(gate.isHolding()).isTrue();
      o.h.executor.advance(Duration.ofMillis(50));
      read.handler.assertFailed(StreamError.TIMEOUT);
      assertThat(o.stream.closeOutcome().received()).isEqualTo(CloseReason.NORMAL);
    }
  }

  @Test
  void closeThatWaitsForItsTurnIsTimedToo() {
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withTimeouts(CLOSING))) {
      o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Recorded<Long> write = o.h.write(o.stream, "stalls");
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.h.executor.advance(Duration.ofMillis(50));
      close.assertFailed(StreamError.TIMEOUT);
      write.assertFailed(StreamError.ABORTED);
    }
  }
}
