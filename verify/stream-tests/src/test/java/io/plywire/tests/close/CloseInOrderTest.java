// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.close;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseOutcome.TransportEnd;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the end of a {@code try} block does: {@code close()}, which closes and does not wait. */
class CloseInOrderTest {
  @ParameterizedTest
  @EnumSource(Role.class)
  void peerSeesANormalClosureAndTheConnectionEndsInOrder(Role role) {
    try (Opened o = Opened.as(role)) {
      o.stream.close();
      o.h.run();
      assertThat(o.sentCloseCode()).isEqualTo(CloseCode.NORMAL_CLOSURE);
      assertThat(o.stream.closeOutcome()).isNull();
      o.receive(Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
      CloseOutcome outcome = o.stream.closeOutcome();
      assertThat(outcome.handshakeComplete()).isTrue();
      assertThat(outcome.transport()).isEqualTo(TransportEnd.GRACEFUL);
      assertThat(o.end().isOpen()).isFalse();
    }
  }

  @Test
  void pendingReadGetsWhatComesAndThenTheOutcome() {
    try (Opened o = Opened.as(Role.SERVER)) {
      Received first = o.h.read(o.stream);
      o.stream.close();
      o.receive(Frame.text("on its way"));
      assertThat(first.text()).isEqualTo("on its way");
      Received last = o.h.read(o.stream);
      o.receive(Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
      last.handler.assertFailed(WebSocketError.CLOSED);
    }
  }

  @Test
  void againAndAgainItDoesNothingMore() {
    try (Opened o = Opened.as(Role.SERVER)) {
      o.stream.close();
      o.stream.close();
      o.h.run();
      o.stream.close();
      o.receive(Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
      o.stream.close();
      o.h.run();
      assertThat(o.briefs()).containsExactly("CLOSE(2)");
      assertThat(o.stream.closeOutcome().handshakeComplete()).isTrue();
    }
  }

  @Test
  void leavesACloseThatIsUnderWayAlone() {
    try (Opened o = Opened.as(Role.SERVER)) {
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.of(CloseCode.GOING_AWAY));
      o.stream.close();
      o.h.run();
      assertThat(o.sentCloseCode()).isEqualTo(CloseCode.GOING_AWAY);
      o.receive(Frame.close(1001, ""));
      o.peer.stop();
      o.h.run();
      close.result();
    }
  }

  @Test
  void deadlineOfTheClosingHandshakeBoundsIt() {
    Duration limit = Duration.ofSeconds(7);
    try (Opened o =
        new Opened(Role.CLIENT, Harness.quiet().withTimeouts(Timeouts.none().withClosing(limit)))) {
      o.stream.close();
      o.h.run();
      o.h.executor.advance(limit.minusNanos(1));
      assertThat(o.stream.closeOutcome()).isNull();
      o.h.executor.advance(Duration.ofNanos(1));
      assertThat(o.stream.closeOutcome().handshakeComplete()).isFalse();
      assertThat(o.end().isOpen()).isFalse();
    }
  }

  @Test
  void endsAStreamThatNobodyHasOpened() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      server.close();
      h.run();
      assertThat(h.serverEnd.isOpen()).isFalse();
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      h.run();
      accept.assertFailed(WebSocketError.CLOSED);
    }
  }

  @Test
  void endsAnOpeningThatIsUnderWay() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      h.run();
      server.close();
      h.run();
      accept.assertFailed(StreamError.ABORTED);
      assertThat(h.serverEnd.isOpen()).isFalse();
    }
  }
}
