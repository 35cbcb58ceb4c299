// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stream does and refuses before it is open, and that it opens once only. */
class OpeningStateTest {
  private static Recorded<?> begin(Harness h, WebSocketStream stream, Role role) {
    if (role == Role.CLIENT) {
      Recorded<UpgradeResponse> handshake = h.handler("handshake");
      stream.asyncHandshake("example.com", "/", handshake);
      return handshake;
    }
    Recorded<UpgradeRequest> accept = h.handler("accept");
    stream.asyncAccept(accept);
    return accept;
  }

  private static WebSocketStream make(Harness h, Role role) {
    return role == Role.CLIENT ? h.client(Harness.quiet()) : h.server(Harness.quiet());
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void dataBeforeAndDuringTheHandshakeIsAborted(Role role) {
    for (boolean during : new boolean[] {false, true}) {
      try (Harness h = new Harness()) {
        WebSocketStream stream = make(h, role);
        Recorded<?> opening = during ? begin(h, stream, role) : null;
        h.run();
        Received read = h.read(stream);
        Recorded<Long> write = h.write(stream, "early");
        Recorded<Void> ping = h.ping(stream, "early");
        Recorded<Void> pong = h.pong(stream, "early");
        write.assertPending();
        h.run();
        read.handler.assertFailed(StreamError.ABORTED);
        write.assertFailed(StreamError.ABORTED);
        assertThat(write.value()).isZero();
        ping.assertFailed(StreamError.ABORTED);
        pong.assertFailed(StreamError.ABORTED);
        assertThat(h.executor.pendingTimers()).isZero();
        if (during) {
          opening.assertPending();
        } else {
          opening = begin(h, stream, role);
          h.run();
        }
        RawPeer peer = h.raw(role == Role.CLIENT ? Role.SERVER : Role.CLIENT);
        h.run();
        peer.send(role == Role.CLIENT ? RawPeer.response(peer.receivedText()) : Harness.request());
        h.run();
        opening.result();
        assertThat((role == Role.CLIENT ? h.fromClient : h.fromServer).frames()).isEmpty();
      }
    }
  }

  /** The refused read shares its memory with the handshake, which is just receiving into it. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void readDuringTheHandshakeDoesNotDisturbIt(Role role) {
    for (int early = 1; early < 2100; early += 53) {
      try (Harness h = new Harness()) {
        WebSocketStream stream = make(h, role);
        var end = role == Role.CLIENT ? h.clientEnd : h.serverEnd;
        Gate gate = end.faults().hold(IoKind.READ, 1);
        Recorded<?> opening = begin(h, stream, role);
        RawPeer peer = h.raw(role == Role.CLIENT ? Role.SERVER : Role.CLIENT);
        h.run();
        String head =
            role == Role.CLIENT ? RawPeer.response(peer.receivedText()) : Harness.request();
        head =
            head.replace("Upgrade: websocket", "F: " + "f".repeat(2000) + "\r\nUpgrade: websocket");
        peer.send(head.substring(0, early));
        h.run();
        peer.send(head.substring(early));
        h.run();
        assertThat(gate.isHolding()).isTrue();
        Received read = h.read(stream);
        h.run();
        read.handler.assertFailed(StreamError.ABORTED);
        gate.release();
        h.run();
        opening.result();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void oneObjectServesOneConnection(Role role) {
    try (Harness h = new Harness()) {
      WebSocketStream stream = make(h, role);
      Recorded<?> opening = begin(h, stream, role);
      assertThatThrownBy(() -> begin(new Harness(), stream, role))
          .isInstanceOf(IllegalStateException.class);
      h.run();
      stream.abort();
      h.run();
      opening.assertFailed(StreamError.ABORTED);
      assertThatThrownBy(() -> begin(new Harness(), stream, Role.CLIENT))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> begin(new Harness(), stream, Role.SERVER))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void onlyForceCancelsAHandshake(Role role) {
    try (Harness h = new Harness()) {
      WebSocketStream stream = make(h, role);
      Recorded<?> opening = begin(h, stream, role);
      h.run();
      opening.cancel(CancellationType.TOTAL);
      opening.cancel(CancellationType.PARTIAL);
      h.run();
      opening.assertPending();
      opening.cancel(CancellationType.TERMINAL);
      opening.assertPending();
      h.run();
      assertThat(opening.assertFailed(StreamError.ABORTED).cancellation())
          .isEqualTo(CancellationType.TERMINAL);
      assertThat((role == Role.CLIENT ? h.clientEnd : h.serverEnd).isOpen()).isFalse();
    }
  }

  /** At every step of the executor, from before the call has arrived to the end. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void forcedCancellationIsNeverLost(Role role) {
    for (int cap : new int[] {0, 1}) {
      for (int step = 0; step < 1000; step++) {
        try (Harness h = new Harness()) {
          WebSocketStream stream = make(h, role);
          RawPeer peer = h.raw(role == Role.CLIENT ? Role.SERVER : Role.CLIENT);
          if (cap > 0) {
            (role == Role.CLIENT ? h.clientEnd : h.serverEnd).faults().capReads(cap);
            (role == Role.CLIENT ? h.clientEnd : h.serverEnd).faults().capWrites(cap);
          }
          // The last byte is never sent, so the operation cannot end by itself.
          String answer =
              role == Role.SERVER ? Harness.request() : "HTTP/1.1 101 X\r\nA: b\r\n\r\n";
          Recorded<?>[] opening = new Recorded<?>[1];
          int at = step;
          if (at == 0) {
            h.executor.execute(() -> opening[0].cancel(CancellationType.TERMINAL));
          }
          opening[0] = begin(h, stream, role);
          peer.send(answer.substring(0, answer.length() - 1));
          boolean more = true;
          for (int i = 1; i <= at && more; i++) {
            more = h.executor.runOne();
          }
          opening[0].cancel(CancellationType.TERMINAL);
          h.run();
          assertThat(opening[0].assertFailed(StreamError.ABORTED).cancellation())
              .as("at step %d", step)
              .isEqualTo(CancellationType.TERMINAL);
          if (!more) {
            break;
          }
        }
      }
    }
  }

  @Test
  void roleIsDecidedByTheHandshake() {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet());
      WebSocketStream server = h.server(Harness.quiet());
      assertThat(server.isOpen()).isFalse();
      h.open(client, server);
      assertThat(client.role()).isEqualTo(Role.CLIENT);
      assertThat(server.role()).isEqualTo(Role.SERVER);
      assertThat(client.isOpen()).isTrue();
      assertThat(server.isOpen()).isTrue();
      assertThat(server.closeOutcome()).isNull();
    }
  }
}
