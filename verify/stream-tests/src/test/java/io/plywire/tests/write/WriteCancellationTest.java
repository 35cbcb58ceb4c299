// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request for cancellation does in each state of an operation that writes. */
class WriteCancellationTest {
  private static Gate holdNextWrite(InMemoryStream end) {
    return end.faults().hold(IoKind.WRITE, end.faults().started(IoKind.WRITE));
  }

  private static void assertCancelled(Recorded<?> operation, CancellationType type) {
    assertThat(operation.assertFailed(StreamError.ABORTED).cancellation()).isEqualTo(type);
  }

  // ---- waiting for the turn

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void everyTypeEndsAWriteThatWaitsForItsTurn(CancellationType type) {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet());
      RawPeer peer = h.openClient(client);
      Gate gate = holdNextWrite(h.clientEnd);
      Recorded<Void> ping = h.ping(client, "holds the turn");
      ByteBuffer bytes = Harness.bytes("never sent");
      Recorded<Long> write = h.handler("write");
      client.asyncWriteSome(true, bytes, Recorded.io(write));
      h.run();
      write.cancel(type);
      write.assertPending();
      h.run();
      assertCancelled(write, type);
      assertThat(write.value()).isZero();
      assertThat(bytes.position()).isZero();
      gate.release();
      h.run();
      ping.result();
      h.write(client, "next");
      h.run();
      assertThat(peer.briefs()).containsExactly("PING(14)", "TEXT(4)");
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void everyTypeEndsAPingAPongAndACloseThatWaitForTheirTurn(CancellationType type) {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.openServer(server);
      Gate gate = holdNextWrite(h.serverEnd);
      Recorded<Long> write = h.write(server, "first");
      Recorded<Void> ping = h.ping(server, "ping");
      Recorded<Void> pong = h.pong(server, "pong");
      Recorded<CloseOutcome> close = h.close(server, CloseReason.NORMAL);
      h.run();
      ping.cancel(type);
      pong.cancel(type);
      close.cancel(type);
      h.run();
      assertCancelled(ping, type);
      assertCancelled(pong, type);
      assertCancelled(close, type);
      assertThat(server.isOpen()).isTrue();
      gate.release();
      h.run();
      write.result();
      h.ping(server, "again");
      h.run();
      assertThat(peer.briefs()).containsExactly("TEXT(5)", "PING(5)");
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void requestBetweenGettingTheTurnAndUsingItIsNotLost(CancellationType type) {
    for (String kind : new String[] {"write", "ping", "pong", "close"}) {
      try (Harness h = new Harness()) {
        WebSocketStream server = h.server(Harness.quiet());
        RawPeer peer = h.openServer(server);
        Gate gate = holdNextWrite(h.serverEnd);
        Recorded<?>[] second = new Recorded<?>[1];
        // The handler of the holder runs when the turn has been passed on, and not used yet.
        if (kind.equals("write")) {
          server.asyncPing(Harness.bytes(""), (error, none) -> second[0].cancel(type));
        } else {
          server.asyncWrite("", (error, bytes) -> second[0].cancel(type));
        }
        second[0] =
            switch (kind) {
              case "write" -> h.write(server, "second");
              case "ping" -> h.ping(server, "second");
              case "pong" -> h.pong(server, "second");
              default -> h.close(server, CloseReason.NORMAL);
            };
        h.run();
        gate.release();
        second[0].assertPending();
        h.run();
        assertCancelled(second[0], type);
        assertThat(peer.frames()).hasSize(1);
        assertThat(server.isOpen()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void requestThatOvertakesTheCallOnItsWayToTheExecutorIsNotLost(CancellationType type) {
    for (String kind : new String[] {"write", "ping", "pong", "close", "read"}) {
      try (Harness h = new Harness()) {
        WebSocketStream server = h.server(Harness.quiet());
        RawPeer peer = h.openServer(server);
        Recorded<?>[] operation = new Recorded<?>[1];
        h.executor.execute(() -> operation[0].cancel(type)); // runs before what is posted next
        operation[0] =
            switch (kind) {
              case "write" -> h.write(server, "second");
              case "ping" -> h.ping(server, "second");
              case "pong" -> h.pong(server, "second");
              case "close" -> h.close(server, CloseReason.NORMAL);
              default -> h.read(server).handler;
            };
        h.run();
        assertCancelled(operation[0], type);
        assertThat(peer.received()).isEmpty();
        assertThat(server.isOpen()).isTrue();
      }
    }
  }

  @Test
  void terminalRequestThatOvertakesAHandshakeEndsIt() {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet());
      WebSocketStream server = h.server(Harness.quiet());
      Recorded<UpgradeResponse> handshake = h.handler("handshake");
      Recorded<UpgradeRequest> accept = h.handler("accept");
      h.executor.execute(() -> handshake.cancel(CancellationType.TERMINAL));
      h.executor.execute(() -> accept.cancel(CancellationType.TERMINAL));
      client.asyncHandshake("example.com", "/", handshake);
      server.asyncAccept(accept);
      h.run();
      assertCancelled(handshake, CancellationType.TERMINAL);
      assertCancelled(accept, CancellationType.TERMINAL);
    }
  }

  // ---- inside a frame

  @ParameterizedTest
  @CsvSource({"TOTAL, CLIENT", "PARTIAL, CLIENT", "TOTAL, SERVER", "PARTIAL, SERVER"})
  void insideTheLastFrameOnlyTerminalHasAnEffect(CancellationType type, Role role) {
    try (Harness h = new Harness()) {
      WebSocketStream stream =
          role == Role.CLIENT ? h.client(Harness.quiet()) : h.server(Harness.quiet());
      RawPeer peer = role == Role.CLIENT ? h.openClient(stream) : h.openServer(stream);
      Gate gate = holdNextWrite(role == Role.CLIENT ? h.clientEnd : h.serverEnd);
      Recorded<Long> write = h.write(stream, "Hello");
      Recorded<Void> ping = h.ping(stream, "waits");
      h.run();
      write.cancel(type);
      h.run();
      write.assertPending();
      gate.release();
      h.run();
      assertThat(write.result()).isEqualTo(5);
      ping.result();
      assertThat(peer.briefs()).containsExactly("TEXT(5)", "PING(5)");
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void terminalInsideAFrameTellsHowMuchWasSentAndEndsTheConnection(Role role) {
    for (int taken = 0; taken < 12; taken++) {
      try (Harness h = new Harness()) {
        WebSocketStream stream =
            role == Role.CLIENT ? h.client(Harness.quiet()) : h.server(Harness.quiet());
        InMemoryStream end = role == Role.CLIENT ? h.clientEnd : h.serverEnd;
        RawPeer peer = role == Role.CLIENT ? h.openClient(stream) : h.openServer(stream);
        end.faults().capWrites(1);
        end.faults().hold(IoKind.WRITE, end.faults().started(IoKind.WRITE) + taken);
        ByteBuffer bytes = Harness.bytes("Hello, world");
        Recorded<Long> write = h.handler("write");
        stream.asyncWriteSome(true, bytes, Recorded.io(write));
        Recorded<Void> ping = h.ping(stream, "");
        Received read = h.read(stream);
        h.run();
        write.cancel(CancellationType.TERMINAL);
        write.assertPending();
        h.run();
        assertCancelled(write, CancellationType.TERMINAL);
        int payload = Math.max(0, taken - (role == Role.CLIENT ? 6 : 2));
        assertThat(write.value()).isEqualTo(payload);
        assertThat(bytes.position()).isEqualTo(payload);
        assertThat(ping.assertFailed(StreamError.ABORTED).cancellation()).isNull();
        assertThat(read.handler.assertFailed(StreamError.ABORTED).cancellation()).isNull();
        Recorded<CloseOutcome> close = h.close(stream, CloseReason.NORMAL);
        h.run();
        assertThat(close.result().handshakeComplete()).isFalse();
        assertThat(peer.received()).hasSize(taken);
        assertThat(peer.end()).isNotNull();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"write", "ping", "pong"})
  void terminalBetweenTwoWritesOfOneFrameIsNotLost(String kind) {
    for (int step = 0; step < 8; step++) {
      try (Harness h = new Harness(builder -> builder.windowBytes(4096, 8))) {
        WebSocketStream server = h.server(Harness.quiet());
        RawPeer peer = h.openServer(server);
        peer.pause();
        h.run();
        h.serverEnd.faults().postAlways(true);
        h.serverEnd.faults().capWrites(4);
        Recorded<?> operation =
            switch (kind) {
              case "write" -> h.write(server, "Hello, world");
              case "ping" -> h.ping(server, "Hello, world");
              default -> h.pong(server, "Hello, world");
            };
        // The pipe takes what fits; then nobody reads, and the frame would never be complete.
        for (int i = 0; i < step; i++) {
          h.executor.runOne();
        }
        operation.cancel(CancellationType.TERMINAL);
        h.run();
        assertThat(operation.isDone()).as("%s cancelled at step %d", kind, step).isTrue();
        assertCancelled(operation, CancellationType.TERMINAL);
      }
    }
  }

  // ---- between two frames

  @ParameterizedTest
  @CsvSource({"PARTIAL, true", "TERMINAL, true", "PARTIAL, false", "TERMINAL, false"})
  void betweenTwoFramesTheMessageIsLeftInProgressAndTheNextWriteContinuesIt(
      CancellationType type, boolean waiting) {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet().withWriteBufferBytes(8));
      RawPeer peer = h.openServer(server);
      Gate first = holdNextWrite(h.serverEnd);
      ByteBuffer bytes = Harness.bytes("1234567Grüße, world"); // the cut is inside the umlaut
      long total = bytes.remaining();
      Recorded<Long> write = h.handler("write");
      server.asyncWriteSome(true, bytes, Recorded.io(write));
      h.run();
      Recorded<Void> ping = null;
      if (waiting) {
        ping = h.ping(server, "between");
        Gate second =
            h.serverEnd.faults().hold(IoKind.WRITE, h.serverEnd.faults().started(IoKind.WRITE));
        first.release();
        h.run();
        assertThat(second.isHolding()).isTrue(); // the ping is being sent, the write waits
        write.cancel(CancellationType.TOTAL);
        h.run();
        write.assertPending(); // something has happened already
        write.cancel(type);
        write.assertPending();
        h.run();
        assertCancelled(write, type);
        second.release();
      } else if (type == CancellationType.PARTIAL) {
        write.cancel(type); // inside the first frame: remembered for its end
        first.release();
      } else {
        first.release();
        h.run();
        write.result();
        return;
      }
      h.run();
      assertCancelled(write, type);
      assertThat(write.value()).isEqualTo(8);
      assertThat(bytes.position()).isEqualTo(8);
      assertThat(server.sentMessageOpen()).isTrue();
      server.writeKind(MessageKind.BINARY); // counts for the next message only
      Recorded<Long> rest = h.handler("rest");
      server.asyncWriteSome(true, bytes, Recorded.io(rest));
      h.run();
      assertThat(rest.result()).isEqualTo(total - 8);
      assertThat(server.sentMessageOpen()).isFalse();
      StringBuilder message = new StringBuilder();
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (Frame frame : peer.frames()) {
        if (frame.opcode() < 8) {
          message.append(frame.brief()).append(' ');
          all.writeBytes(frame.payload());
        }
      }
      assertThat(message.toString()).isEqualTo("TEXT+(8) CONT+(8) CONT(5) ");
      assertThat(all.toString(StandardCharsets.UTF_8)).isEqualTo("1234567Grüße, world");
      if (ping != null) {
        ping.result();
      }
    }
  }

  // ---- close

  @Test
  void closeThatIsCancelledBeforeItsFrameLeavesTheDeadlineOfThePeersCloseInForce() {
    Timeouts timeouts = Timeouts.none().withClosing(Duration.ofSeconds(5));
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet().withTimeouts(timeouts));
      RawPeer peer = h.openServer(server);
      holdNextWrite(h.serverEnd);
      Recorded<Long> write = h.write(server, "stuck");
      Received read = h.read(server);
      Recorded<CloseOutcome> close = h.close(server, CloseReason.NORMAL);
      peer.send(Frame.close(1000, "").mask());
      h.run();
      close.cancel(CancellationType.TOTAL);
      h.run();
      assertCancelled(close, CancellationType.TOTAL);
      read.handler.assertPending();
      h.executor.advance(Duration.ofSeconds(6));
      assertThat(read.handler.isDone()).isTrue();
      read.handler.assertFailed(StreamError.TIMEOUT);
      write.assertFailed(StreamError.ABORTED);
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void closeThatAwaitsThePeerEndsOnTerminalOnly(CancellationType type) {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.openServer(server);
      Recorded<CloseOutcome> close = h.close(server, CloseReason.NORMAL);
      h.run();
      close.cancel(type);
      close.assertPending();
      h.run();
      if (type == CancellationType.TERMINAL) {
        assertCancelled(close, type);
        assertThat(h.serverEnd.isOpen()).isFalse();
      } else {
        close.assertPending();
        peer.send(Frame.close(1000, "").mask());
        h.run();
        peer.stop();
        h.run();
        assertThat(close.result().handshakeComplete()).isTrue();
      }
    }
  }

  // ---- where handlers run

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void handlerNeverRunsInsideTheRequestEvenFromAnotherHandler(CancellationType type) {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      h.openServer(server);
      holdNextWrite(h.serverEnd);
      Recorded<Long> write = h.write(server, "held");
      Recorded<Void> ping = h.ping(server, "waits");
      Recorded<Void> pong = h.pong(server, "waits");
      Received read = h.read(server);
      Recorded<CloseOutcome> close = h.close(server, CloseReason.NORMAL);
      h.run();
      Recorded<?>[] all = {ping, pong, read.handler, close, write};
      h.executor.execute(
          () -> {
            for (Recorded<?> operation : all) {
              operation.cancel(type);
              operation.cancel(type);
              for (Recorded<?> any : all) {
                any.assertPending();
              }
            }
          });
      h.run();
      for (Recorded<?> operation : all) {
        if (operation != write || type == CancellationType.TERMINAL) {
          assertCancelled(operation, type);
        }
      }
    }
  }

  @Test
  void requestAfterCompletionChangesNothingForTheNextOperation() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.openServer(server);
      Recorded<Long> first = h.write(server, "one");
      h.run();
      first.result();
      Gate gate = holdNextWrite(h.serverEnd);
      Recorded<Long> second = h.write(server, "two");
      h.run();
      first.cancel(CancellationType.TERMINAL);
      h.run();
      gate.release();
      h.run();
      second.result();
      assertThat(peer.briefs()).containsExactly("TEXT(3)", "TEXT(3)");
    }
  }
}
