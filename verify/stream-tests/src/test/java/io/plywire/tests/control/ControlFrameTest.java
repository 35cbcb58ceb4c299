// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pings, pongs, and who hears of them. */
class ControlFrameTest {
  private static List<String> listen(Opened o) {
    List<String> heard = new ArrayList<>();
    o.stream.controlCallback(
        (kind, payload) -> {
          assertThat(o.h.executor.isCurrent()).isTrue();
          assertThat(payload.isReadOnly()).isTrue();
          heard.add(kind + " " + StandardCharsets.UTF_8.decode(payload));
        });
    return heard;
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void pingsAreAnsweredInOrder(Role role) {
    try (Opened o = Opened.as(role)) {
      Received read = o.h.read(o.stream);
      o.receive(
          Frame.ping("1"), Frame.ping("22"), Frame.ping("333"), Frame.ping("4444"), Frame.ping(""));
      read.handler.assertPending();
      assertThat(o.briefs()).containsExactly("PONG(1)", "PONG(2)", "PONG(3)", "PONG(4)", "PONG(0)");
      assertThat(o.sent().get(2).payloadText()).isEqualTo("333");
    }
  }

  @Test
  void longestPingIsAnswered() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      o.h.read(o.stream);
      o.receive(Frame.ping("p".repeat(125)));
      assertThat(o.sent().get(0).payloadText()).isEqualTo("p".repeat(125));
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void nothingIsAnsweredWithoutARead(Role role) {
    try (Opened o = Opened.as(role)) {
      List<String> heard = listen(o);
      o.receive(Frame.ping("a"), Frame.pong("b"), Frame.text("m"), Frame.ping("c"), Frame.close());
      assertThat(o.briefs()).isEmpty();
      assertThat(heard).isEmpty();
      assertThat(o.stream.isOpen()).isTrue();
      Received message = o.h.read(o.stream);
      o.h.run();
      assertThat(message.text()).isEqualTo("m");
      assertThat(o.briefs()).containsExactly("PONG(1)");
      assertThat(heard).containsExactly("PING a", "PONG b");
      Received read = o.h.read(o.stream);
      o.h.run();
      o.peer.stop();
      o.h.run();
      read.handler.assertFailed(WebSocketError.CLOSED);
      assertThat(o.briefs()).containsExactly("PONG(1)", "PONG(1)", "CLOSE(2)");
      assertThat(heard).containsExactly("PING a", "PONG b", "PING c", "CLOSE ");
    }
  }

  @Test
  void pingBehindAMessageWaitsForTheNextRead() {
    try (Opened o = Opened.as(Role.SERVER)) {
      Received first = o.h.read(o.stream);
      o.receive(Frame.text("m"), Frame.ping("p"));
      first.text();
      assertThat(o.briefs()).isEmpty();
      Received second = o.h.read(o.stream);
      o.h.run();
      second.handler.assertPending();
      assertThat(o.briefs()).containsExactly("PONG(1)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PING", "PONG", "CLOSE"})
  void callbackNeverRunsInsideAnInitiatingCall(String kind) {
    try (Opened o = Opened.as(Role.SERVER)) {
      Received first = o.h.read(o.stream);
      Frame frame =
          switch (kind) {
            case "PING" -> Frame.ping("x");
            case "PONG" -> Frame.pong("x");
            default -> Frame.close();
          };
      o.receive(Frame.text("m"), frame);
      first.text();
      List<String> heard = listen(o);
      o.h.executor.execute(
          () -> {
            o.h.read(o.stream);
            assertThat(heard).isEmpty();
          });
      o.h.run();
      assertThat(heard).hasSize(1);
      assertThat(heard.get(0)).startsWith(kind);
    }
  }

  @Test
  void callbackHearsOfThePeersCloseWhileWeClose() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      List<String> heard = listen(o);
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.h.run();
      o.receive(Frame.ping("late"), Frame.text("late"), Frame.close(1000, "ok"));
      o.peer.stop();
      o.h.run();
      close.result();
      assertThat(heard).containsExactly("PING late", "CLOSE \u0003\ufffdok");
      assertThat(o.briefs()).as("no pong behind a close").containsExactly("CLOSE(2)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PING", "PONG", "CLOSE"})
  void exceptionOfTheCallbackFailsTheStream(String kind) {
    try (Opened o = Opened.as(Role.SERVER)) {
      RuntimeException bug = new IllegalStateException("bug in " + kind);
      o.stream.controlCallback(
          (found, payload) -> {
            if (found.name().equals(kind)) {
              throw bug;
            }
          });
      Received read = o.h.read(o.stream);
      o.receive(Frame.pong("b"), Frame.ping("a"), Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
      assertThat(read.handler.assertFailed(WebSocketError.CALLBACK_FAILED).getCause())
          .isSameAs(bug);
      assertThat(o.sentCloseCode()).isEqualTo(1011);
      assertThat(o.stream.closeOutcome().sent().code()).isEqualTo(1011);
      assertThat(o.stream.closeOutcome().cause()).isSameAs(read.handler.error());
    }
  }

  @Test
  void exceptionOfTheCallbackWhileOnlyAClosingReads() {
    try (Opened o = Opened.as(Role.SERVER)) {
      o.stream.controlCallback(
          (found, payload) -> {
            throw new IllegalStateException("bug");
          });
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.h.run();
      o.receive(Frame.close());
      o.peer.stop();
      o.h.run();
      close.assertFailed(WebSocketError.CALLBACK_FAILED);
      assertThat(o.briefs()).containsExactly("CLOSE(2)");
    }
  }

  /** No deadline may begin on a connection that has ended; the harness looks for timers. */
  @Test
  void callbackThatClosesAndThrows() {
    Timeouts timeouts = Timeouts.none().withClosing(Duration.ofSeconds(30));
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withTimeouts(timeouts))) {
      o.stream.controlCallback(
          (found, payload) -> {
            o.stream.abort();
            throw new IllegalStateException("bug");
          });
      Received read = o.h.read(o.stream);
      o.receive(Frame.ping(""));
      read.handler.assertFailed(StreamError.ABORTED);
      assertThat(o.h.executor.pendingTimers()).isZero();
    }
  }

  @Test
  void callbackMayUseTheStream() {
    try (Opened o = Opened.as(Role.SERVER)) {
      List<Recorded<?>> begun = new ArrayList<>();
      o.stream.controlCallback(
          (kind, payload) -> {
            if (kind == io.plywire.websocket.ControlCallback.Kind.PING) {
              begun.add(o.h.write(o.stream, "ping heard"));
              begun.add(o.h.pong(o.stream, "mine"));
            } else if (kind == io.plywire.websocket.ControlCallback.Kind.CLOSE) {
              begun.add(o.h.close(o.stream, new CloseReason(4001, "own")));
            }
          });
      Received read = o.h.read(o.stream);
      o.receive(Frame.ping("theirs"));
      assertThat(o.briefs()).containsExactlyInAnyOrder("TEXT(10)", "PONG(4)", "PONG(6)");
      o.receive(Frame.close(1000, "bye"));
      o.peer.stop();
      o.h.run();
      assertThat(begun).hasSize(3);
      begun.forEach(Recorded::result);
      CloseOutcome outcome = read.handler.assertFailed(WebSocketError.CLOSED).outcome();
      assertThat(outcome.sent()).isEqualTo(new CloseReason(4001, "own"));
      assertThat(outcome.received()).isEqualTo(new CloseReason(1000, "bye"));
    }
  }

  @Test
  void callbackCanBeReplacedAndRemoved() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      List<String> first = listen(o);
      o.h.read(o.stream);
      o.receive(Frame.pong("1"));
      List<String> second = listen(o);
      o.receive(Frame.pong("2"));
      o.stream.controlCallback(null);
      o.receive(Frame.pong("3"));
      assertThat(first).containsExactly("PONG 1");
      assertThat(second).containsExactly("PONG 2");
    }
  }

  @Test
  void floodOfPongsIsOnlyHeard() {
    try (Opened o = Opened.as(Role.SERVER)) {
      List<String> heard = listen(o);
      Received read = o.h.read(o.stream);
      Frame[] flood = new Frame[5_000];
      java.util.Arrays.fill(flood, Frame.pong("x"));
      o.receive(flood);
      o.receive(Frame.text("end"));
      assertThat(read.text()).isEqualTo("end");
      assertThat(heard).hasSize(flood.length);
      assertThat(o.briefs()).isEmpty();
    }
  }

  @Test
  void floodOfPingsKeepsMemoryBounded() {
    try (Opened o = Opened.as(Role.SERVER)) {
      Gate gate = o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Received read = o.h.read(o.stream);
      Frame[] flood = new Frame[5_000];
      java.util.Arrays.fill(flood, Frame.ping("x"));
      o.receive(flood);
      assertThat(gate.isHolding()).isTrue();
      assertThat(o.h.executor.buffers().outstanding()).isLessThan(20);
      gate.release();
      o.receive(Frame.text("end"));
      assertThat(read.text()).isEqualTo("end");
    }
  }

  @Test
  void payloadOfOurPingIsLimitedAndUntouched() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      assertThatThrownBy(() -> o.stream.asyncPing(ByteBuffer.allocate(126), (e, v) -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("126");
      ByteBuffer payload = ByteBuffer.wrap("125".repeat(50).getBytes(StandardCharsets.UTF_8));
      payload.position(3).limit(128);
      Recorded<Void> ping = o.h.handler("ping");
      o.stream.asyncPing(payload.asReadOnlyBuffer(), ping);
      o.h.run();
      ping.result();
      assertThat(payload.position()).isEqualTo(3);
      assertThat(o.briefs()).containsExactly("PING(125)");
    }
  }
}
