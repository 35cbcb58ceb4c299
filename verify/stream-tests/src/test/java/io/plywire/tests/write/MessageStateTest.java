// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.PreparedMessage;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a message is decided by, what is refused, and who is told of failures nobody asked for. */
class MessageStateTest {
  @Test
  void settingsChangedWithinAMessageCountForTheNextOne() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet().withWriteBufferBytes(8));
      RawPeer peer = h.openServer(server);
      h.writeSome(server, false, "x".repeat(12));
      h.run();
      server.writeKind(MessageKind.BINARY);
      server.autoFragment(false);
      server.writeBufferBytes(100);
      h.writeSome(server, true, "x".repeat(12));
      h.run();
      h.write(server, "x".repeat(300));
      h.run();
      assertThat(peer.briefs())
          .containsExactly("TEXT+(8)", "CONT+(4)", "CONT+(8)", "CONT(4)", "BINARY(300)");
    }
  }

  @Test
  void settingsChangedWhileAWriteWaitsDoNotConcernIt() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet().withWriteBufferBytes(8));
      RawPeer peer = h.openServer(server);
      Gate gate =
          h.serverEnd.faults().hold(IoKind.WRITE, h.serverEnd.faults().started(IoKind.WRITE));
      h.ping(server, "");
      h.write(server, "x".repeat(12));
      server.writeKind(MessageKind.BINARY);
      server.autoFragment(false);
      h.run();
      gate.release();
      h.run();
      assertThat(peer.briefs()).containsExactly("PING(0)", "TEXT+(8)", "CONT(4)");
    }
  }

  /** A whole message never becomes a part of another one, of whatever kind that is. */
  @Test
  void wholeMessageWithinAnotherOneIsRefused() {
    Map<String, BiConsumer<WebSocketStream, IoHandler>> writes =
        Map.of(
            "string", (ws, handler) -> ws.asyncWrite("whole", handler),
            "buffer",
                (ws, handler) -> ws.asyncWrite(MessageKind.TEXT, Harness.bytes("whole"), handler),
            "memory",
                (ws, handler) -> ws.asyncWrite(MessageKind.TEXT, new MessageBuffer(8), handler),
            "message",
                (ws, handler) ->
                    ws.asyncWrite(new Message(MessageKind.TEXT, Harness.bytes("whole")), handler),
            "prepared", (ws, handler) -> ws.asyncWrite(PreparedMessage.text("whole"), handler));
    writes.forEach(
        (name, write) -> {
          try (Harness h = new Harness()) {
            WebSocketStream server = h.server(Harness.quiet());
            RawPeer peer = h.openServer(server);
            server.writeKind(MessageKind.BINARY);
            h.writeSome(server, false, "some");
            h.run();
            Recorded<Long> whole = h.handler(name);
            write.accept(server, Recorded.io(whole));
            h.run();
            assertThat(whole.assertFailed(WebSocketError.MESSAGE_OPEN))
                .hasMessageContaining("asyncWriteSome(true, …)");
            assertThat(server.isOpen()).isTrue();
            h.writeSome(server, true, "");
            h.run();
            Recorded<Long> again = h.handler(name);
            write.accept(server, Recorded.io(again));
            h.run();
            again.result();
            assertThat(peer.briefs())
                .containsExactly(
                    "BINARY+(4)", "CONT(0)", name.equals("memory") ? "TEXT(0)" : "TEXT(5)");
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    // parts in hexadecimal, and which of them is refused
    "C3 | A4, -1",
    "C3, 0",
    "61C3 | 61, 1",
    "E282 | AC, -1",
    "F09F | 98 | 80, -1",
    "EDA080, 0",
    "61 | C080, 1",
    "E2 | 82 | , 2",
    "FF | 61, 0"
  })
  void textIsCheckedAcrossItsPartsBeforeAnyByteOfAPartIsSent(String parts, int refused) {
    String[] pieces = parts.split("\\|", -1);
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.openServer(server);
      int frames = 0;
      for (int i = 0; i < pieces.length; i++) {
        byte[] bytes = HexFormat.of().parseHex(pieces[i].strip());
        ByteBuffer source = ByteBuffer.wrap(bytes);
        Recorded<Long> write = h.handler("part " + i);
        server.asyncWriteSome(i == pieces.length - 1, source, Recorded.io(write));
        h.run();
        if (i == refused) {
          write.assertFailed(WebSocketError.BAD_OUTGOING_TEXT);
          assertThat(write.value()).isZero();
          assertThat(source.position()).isZero();
          assertThat(server.sentMessageOpen()).isEqualTo(frames > 0);
          break;
        }
        write.result();
        frames++;
      }
      assertThat(peer.frames()).hasSize(frames);
      assertThat(server.isOpen()).isTrue();
      if (refused < 0) {
        h.write(server, "fresh");
        h.run();
        assertThat(peer.frames()).hasSize(frames + 1);
      }
    }
  }

  @Test
  void failedKeepAlivePingIsToldToTheReadThatWaits() {
    Timeouts timeouts = Timeouts.none().withPing(Duration.ofSeconds(1), Duration.ofDays(1));
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet().withTimeouts(timeouts));
      h.openServer(server);
      Received read = h.read(server);
      IOException failure = new IOException("cable cut");
      h.serverEnd.faults().fail(IoKind.WRITE, h.serverEnd.faults().started(IoKind.WRITE), failure);
      h.executor.advance(Duration.ofSeconds(1));
      assertThat(read.handler.error()).isSameAs(failure);
    }
  }

  @Test
  void keepAlivePingThatStallsIsToldToTheReadThatWaits() {
    Timeouts timeouts =
        Timeouts.none()
            .withPing(Duration.ofSeconds(1), Duration.ofDays(1))
            .withWriteStall(Duration.ofSeconds(3));
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet().withTimeouts(timeouts));
      h.openServer(server);
      Received read = h.read(server);
      h.serverEnd.faults().hold(IoKind.WRITE, h.serverEnd.faults().started(IoKind.WRITE));
      h.executor.advance(Duration.ofSeconds(3));
      read.handler.assertPending();
      h.executor.advance(Duration.ofSeconds(1));
      read.handler.assertFailed(StreamError.TIMEOUT);
    }
  }
}
