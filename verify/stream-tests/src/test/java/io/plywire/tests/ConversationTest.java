// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A whole conversation between a client and a server, over pipes of several manners. */
class ConversationTest {
  @ParameterizedTest
  @CsvSource({"65536, 0, false", "65536, 1, false", "1, 0, false", "1, 1, true", "7, 3, true"})
  void messagesPingsAndCloseWorkOverEveryPipe(int window, int cap, boolean postAlways) {
    try (Harness h = new Harness(window)) {
      if (cap > 0) {
        for (var end : new io.plywire.inmemory.InMemoryStream[] {h.clientEnd, h.serverEnd}) {
          end.faults().capReads(cap);
          end.faults().capWrites(cap);
        }
      }
      h.clientEnd.faults().postAlways(postAlways);
      h.serverEnd.faults().postAlways(postAlways);
      WebSocketStream client = h.client(Harness.quiet());
      WebSocketStream server = h.server(Harness.quiet());
      h.open(client, server);

      Received atServer = h.read(server);
      Received atClient = h.read(client); // through a narrow pipe, the pong needs a reader
      h.writeSome(client, false, "Hello, ");
      h.run();
      Recorded<Void> ping = h.ping(client, "are you there");
      h.run();
      ping.result();
      Recorded<Long> last = h.writeSome(client, true, "world");
      h.run();
      assertThat(last.result()).isEqualTo(5);
      assertThat(atServer.text()).isEqualTo("Hello, world");
      assertThat(h.fromClient.briefs()).containsExactly("TEXT+(7)", "PING(13)", "CONT(5)");
      assertThat(h.fromServer.briefs()).containsExactly("PONG(13)");

      Recorded<CloseOutcome> close = h.close(server, new CloseReason(CloseCode.GOING_AWAY, "bye"));
      h.run();
      CloseOutcome outcome = close.result();
      assertThat(outcome.handshakeComplete()).isTrue();
      assertThat(outcome.initiator()).isEqualTo(Role.SERVER);
      assertThat(outcome.code()).isEqualTo(1001);
      assertThat(outcome.transport()).isEqualTo(CloseOutcome.TransportEnd.GRACEFUL);
      CloseOutcome seen = atClient.handler.assertFailed(WebSocketError.CLOSED).outcome();
      assertThat(seen.reason()).isEqualTo("bye");
      assertThat(client.isOpen()).isFalse();
      h.write(client, "too late").assertPending();
      h.run();
    }
  }

  @ParameterizedTest
  @CsvSource({"CLIENT", "SERVER"})
  void fragmentsAreCutAtTheWriteBuffer(Role role) {
    try (Harness h = new Harness(InMemoryPipe.DEFAULT_WINDOW_BYTES)) {
      WebSocketStream client = h.client(Harness.quiet().withWriteBufferBytes(16));
      WebSocketStream server = h.server(Harness.quiet().withWriteBufferBytes(16));
      h.open(client, server);
      WebSocketStream sender = role == Role.CLIENT ? client : server;
      WebSocketStream receiver = role == Role.CLIENT ? server : client;
      Received message = h.read(receiver);
      Recorded<Long> write = h.write(sender, "m".repeat(40));
      h.run();
      assertThat(write.result()).isEqualTo(40);
      assertThat(message.text()).isEqualTo("m".repeat(40));
      assertThat((role == Role.CLIENT ? h.fromClient : h.fromServer).briefs())
          .containsExactly("TEXT+(16)", "CONT+(16)", "CONT(8)");
    }
  }

  @org.junit.jupiter.api.Test
  void writeBeforeOpenIsAborted() {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet());
      Recorded<Long> write = h.write(client, "early");
      write.assertPending();
      h.run();
      write.assertFailed(StreamError.ABORTED);
      assertThat(h.fromClient.bytes()).isZero();
    }
  }

  @org.junit.jupiter.api.Test
  void aReadThatArrivesWhileTheCloseFrameLeavesGetsWhatIsOnItsWay() {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet());
      WebSocketStream server = h.server(Harness.quiet());
      h.open(client, server);
      Recorded<Long> write = h.write(server, "on its way");
      h.run();
      write.result();
      Recorded<CloseOutcome> close = h.close(client, CloseReason.NORMAL);
      Received data = h.read(client);
      h.run();
      assertThat(data.text()).isEqualTo("on its way");
      Received end = h.read(client);
      h.run();
      end.handler.assertPending();
      Received atServer = h.read(server);
      h.run();
      atServer.handler.assertFailed(WebSocketError.CLOSED);
      end.handler.assertFailed(WebSocketError.CLOSED);
      assertThat(close.result().handshakeComplete()).isTrue();
    }
  }

  @org.junit.jupiter.api.Test
  void aReadThatArrivesAfterTheStreamWasClosedHereIsAborted() {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet());
      WebSocketStream server = h.server(Harness.quiet());
      h.open(client, server);
      Received read = h.read(client);
      client.abort();
      h.run();
      read.handler.assertFailed(StreamError.ABORTED);
    }
  }

  @org.junit.jupiter.api.Test
  void directMemoryGrowsWithAMessageThatIsReceivedInPlace() {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet().withAutoFragment(false));
      WebSocketStream server = h.server(Harness.quiet());
      h.open(client, server);
      MessageBuffer memory = new MessageBuffer(0, 16 << 20, true);
      Recorded<Long> read = h.handler("read");
      server.asyncRead(memory, Recorded.io(read));
      Recorded<Long> write = h.write(client, "m".repeat(5 << 20));
      h.run();
      assertThat(write.result()).isEqualTo(5 << 20);
      assertThat(read.result()).isEqualTo(5 << 20);
      assertThat(memory.size()).isEqualTo(5 << 20);
      memory.clear();
    }
  }

  @ParameterizedTest
  @CsvSource({"CLIENT", "SERVER"})
  void anEmptyPingBehindSomeDataIsAnsweredByTheNextRead(Role role) {
    try (Harness h = new Harness()) {
      WebSocketStream stream =
          role == Role.CLIENT ? h.client(Harness.quiet()) : h.server(Harness.quiet());
      RawPeer peer = role == Role.CLIENT ? h.openClient(stream) : h.openServer(stream);
      boolean mask = role == Role.SERVER;
      Frame data = Frame.text("some").notFinal();
      Frame ping = Frame.ping("");
      peer.send(mask ? data.mask() : data, mask ? ping.mask() : ping);
      h.run();
      Recorded<Long> first = h.handler("first read");
      stream.asyncReadSome(ByteBuffer.allocate(100), Recorded.io(first));
      h.run();
      assertThat(first.result()).isEqualTo(4);
      Recorded<Long> second = h.handler("second read");
      stream.asyncReadSome(ByteBuffer.allocate(100), Recorded.io(second));
      h.run();
      second.assertPending();
      assertThat(peer.briefs()).containsExactly("PONG(0)");
    }
  }
}
