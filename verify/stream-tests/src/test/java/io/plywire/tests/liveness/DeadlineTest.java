// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.IoKind;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The deadlines of opening handshakes and of stalled writes. */
class DeadlineTest {
  private static final WebSocketOptions OPENING =
      Harness.quiet().withTimeouts(Timeouts.none().withHandshake(Duration.ofSeconds(30)));

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void silentServer(boolean dribbles) {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(OPENING);
      RawPeer peer = h.raw(Role.SERVER);
      Recorded<UpgradeResponse> handshake = h.handler("handshake");
      client.asyncHandshake("example.com", "/", handshake);
      for (int i = 0; i < 29; i++) {
        if (dribbles) {
          peer.send("HTTP/1.1 101 Switching Protocols\r\n".substring(i, i + 1));
        }
        h.executor.advance(Duration.ofSeconds(1));
      }
      handshake.assertPending();
      h.executor.advance(Duration.ofSeconds(1));
      handshake.assertFailed(StreamError.TIMEOUT);
      assertThat(h.clientEnd.isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void silentClient(boolean dribbles) {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(OPENING);
      RawPeer peer = h.raw(Role.CLIENT);
      Recorded<UpgradeRequest> accept = h.handler("accept");
      server.asyncAccept(accept);
      for (int i = 0; i < 29; i++) {
        if (dribbles) {
          peer.send(Harness.request().substring(i, i + 1));
        }
        h.executor.advance(Duration.ofSeconds(1));
      }
      accept.assertPending();
      h.executor.advance(Duration.ofSeconds(1));
      accept.assertFailed(StreamError.TIMEOUT);
      assertThat(h.serverEnd.isOpen()).isFalse();
    }
  }

  @Test
  void requestThatCannotBeSent() {
    try (Harness h = new Harness(10)) {
      WebSocketStream client = h.client(OPENING);
      Recorded<UpgradeResponse> handshake = h.handler("handshake");
      client.asyncHandshake("example.com", "/", handshake);
      h.executor.advance(Duration.ofSeconds(30));
      handshake.assertFailed(StreamError.TIMEOUT);
    }
  }

  @Test
  void nothingFiresAfterAHandshake() {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(OPENING);
      WebSocketStream server = h.server(OPENING);
      h.open(client, server);
      assertThat(h.executor.pendingTimers()).isZero();
      h.executor.advance(Duration.ofHours(1));
      assertThat(client.isOpen()).isTrue();
      assertThat(server.isOpen()).isTrue();
    }
  }

  @Test
  void nothingFiresAfterAFailedHandshake() {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(OPENING);
      RawPeer peer = h.raw(Role.SERVER);
      Recorded<UpgradeResponse> handshake = h.handler("handshake");
      client.asyncHandshake("example.com", "/", handshake);
      peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
      h.run();
      assertThat(handshake.error()).isNotNull();
      assertThat(h.executor.pendingTimers()).isZero();
    }
  }

  // ---- writes

  private static final Timeouts STALL = Timeouts.none().withWriteStall(Duration.ofMillis(100));

  @Test
  void stalledWriteTimesOutWithoutARead() {
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withTimeouts(STALL))) {
      o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Recorded<Long> write = o.h.write(o.stream, "stalls");
      Recorded<Void> ping = o.h.ping(o.stream, "waits");
      o.h.executor.advance(Duration.ofMillis(99));
      write.assertPending();
      o.h.executor.advance(Duration.ofMillis(1));
      write.assertFailed(StreamError.TIMEOUT);
      assertThat(write.value()).isZero();
      ping.assertFailed(StreamError.ABORTED);
      assertThat(o.end().isOpen()).isFalse();
    }
  }

  @Test
  void everyByteTheLayerTakesIsProgress() {
    try (Harness h = new Harness(100)) {
      WebSocketStream client = h.client(Harness.quiet());
      WebSocketStream server = h.server(Harness.quiet().withTimeouts(STALL));
      h.open(client, server);
      Recorded<Long> write = h.write(server, "w".repeat(150));
      for (int i = 0; i < 54; i++) {
        h.executor.advance(Duration.ofMillis(99));
        write.assertPending();
        h.clientEnd.asyncReadSome(ByteBuffer.allocate(1), (error, n) -> {});
        h.run();
      }
      assertThat(write.result()).isEqualTo(150);
      h.executor.advance(Duration.ofHours(1));
      assertThat(server.isOpen()).isTrue();
    }
  }

  @Test
  void stalledPongTimesTheReadOut() {
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withTimeouts(STALL))) {
      o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Received read = o.h.read(o.stream);
      o.receive(Frame.ping("p"));
      o.h.executor.advance(Duration.ofMillis(100));
      read.handler.assertFailed(StreamError.TIMEOUT);
    }
  }

  /** Nobody reads any more, and somebody else waits: that one is told. */
  @Test
  void stalledPongOfACancelledReadReachesWhoWaits() {
    try (Opened o = new Opened(Role.SERVER, Harness.quiet().withTimeouts(STALL))) {
      o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
      Received read = o.h.read(o.stream);
      o.receive(Frame.ping("p"));
      read.handler.cancel(CancellationType.TOTAL);
      Recorded<Long> write = o.h.write(o.stream, "waits");
      Recorded<Void> ping = o.h.ping(o.stream, "waits");
      o.h.executor.advance(Duration.ofMillis(100));
      write.assertFailed(StreamError.TIMEOUT);
      ping.assertFailed(StreamError.ABORTED);
    }
  }
}
