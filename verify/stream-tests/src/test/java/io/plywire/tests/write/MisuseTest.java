// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.Handler;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that are wrong throw and change nothing; buffers that change under way end the write. */
class MisuseTest {
  private static final IoHandler IO = (error, bytes) -> {};

  @Test
  void nullIsRefusedByTheCallAndClaimsNothing() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.openServer(server);
      ByteBuffer some = Harness.bytes("some");
      List<ThrowingCallable> calls = new ArrayList<>();
      calls.add(() -> server.asyncWriteSome(true, (ByteBuffer) null, IO));
      calls.add(() -> server.asyncWriteSome(true, (ByteBuffer[]) null, IO));
      calls.add(() -> server.asyncWrite((String) null, IO));
      calls.add(() -> server.asyncWriteSome(true, new ByteBuffer[] {some, null}, IO));
      calls.add(() -> server.asyncWriteSome(true, new ByteBuffer[] {null}, IO));
      calls.add(() -> server.asyncWriteSome(true, some, (IoHandler) null));
      calls.add(() -> server.asyncWriteSome(true, new ByteBuffer[] {some}, (IoHandler) null));
      calls.add(() -> server.asyncWrite("some", (IoHandler) null));
      calls.add(() -> server.asyncPing(null, (error, none) -> {}));
      calls.add(() -> server.asyncPing(some, (Handler<Void>) null));
      calls.add(() -> server.asyncPong(null, (error, none) -> {}));
      calls.add(() -> server.asyncPong(some, (Handler<Void>) null));
      calls.add(() -> server.asyncClose(null, (error, outcome) -> {}));
      calls.add(() -> server.asyncClose(CloseReason.NORMAL, (Handler<CloseOutcome>) null));
      calls.add(() -> server.asyncReadSome((ByteBuffer) null, IO));
      calls.add(() -> server.asyncReadSome(ByteBuffer.allocate(4), (IoHandler) null));
      calls.add(() -> server.asyncRead((ByteBuffer) null, IO));
      calls.add(() -> server.asyncRead((MessageBuffer) null, IO));
      calls.add(() -> server.asyncRead(new MessageBuffer(4), (IoHandler) null));
      calls.add(() -> server.asyncRead((Handler<Message>) null));
      for (ThrowingCallable call : calls) {
        assertThatNullPointerException().isThrownBy(call);
      }
      h.run();
      assertThat(peer.received()).isEmpty();

      h.write(server, "still here");
      h.ping(server, "a");
      h.pong(server, "b");
      Received read = h.read(server);
      h.run();
      peer.send(Frame.text("hello").mask());
      h.run();
      assertThat(read.text()).isEqualTo("hello");
      assertThat(peer.briefs()).containsExactlyInAnyOrder("TEXT(10)", "PING(1)", "PONG(1)");
      Recorded<?> close = h.close(server, CloseReason.NORMAL);
      h.run();
      close.assertPending();
    }
  }

  @Test
  void handshakeAndAcceptWithNullCanBeCalledProperlyLater() {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet());
      WebSocketStream server = h.server(Harness.quiet());
      assertThatNullPointerException()
          .isThrownBy(() -> client.asyncHandshake(null, "/", (error, response) -> {}));
      assertThatNullPointerException()
          .isThrownBy(() -> client.asyncHandshake("host", null, (error, response) -> {}));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.asyncHandshake("a host", "/", (error, response) -> {}));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.asyncHandshake("host", "no slash", (error, response) -> {}));
      assertThatNullPointerException()
          .isThrownBy(() -> server.asyncAccept((ByteBuffer) null, (error, request) -> {}));
      assertThatNullPointerException()
          .isThrownBy(() -> server.asyncAccept((Handler<UpgradeRequest>) null));
      h.open(client, server);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 0, 1", "40, 0, 39", "40, 15, 16", "40, 20, 21", "40, 30, 39", "3000, 1, 2999"})
  void bufferThatStandsTwiceIsRefusedAndTheNextWriteWorks(int count, int first, int second) {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.openServer(server);
      ByteBuffer[] sources = new ByteBuffer[count];
      for (int i = 0; i < count; i++) {
        sources[i] = Harness.bytes("x");
      }
      ByteBuffer single = sources[second];
      sources[second] = sources[first];
      assertThatIllegalArgumentException()
          .isThrownBy(() -> server.asyncWriteSome(true, sources, IO));
      sources[second] = single;
      Recorded<Long> write = h.handler("write");
      server.asyncWriteSome(true, sources, Recorded.io(write));
      h.run();
      assertThat(write.result()).isEqualTo(count);
      assertThat(peer.briefs()).containsExactly("TEXT(" + count + ")");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void controlPayloadOfMoreThan125BytesIsRefused(boolean ping) {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet());
      RawPeer peer = h.openClient(client);
      Handler<Void> ignored = (error, none) -> {};
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> {
                if (ping) {
                  client.asyncPing(ByteBuffer.allocate(126), ignored);
                } else {
                  client.asyncPong(ByteBuffer.allocate(126), ignored);
                }
              });
      ByteBuffer most = ByteBuffer.allocate(130).position(5);
      Recorded<Void> sent = h.handler("control frame");
      if (ping) {
        client.asyncPing(most, sent);
      } else {
        client.asyncPong(most, sent);
      }
      h.run();
      sent.result();
      assertThat(most.position()).isEqualTo(5);
      assertThat(peer.briefs()).containsExactly(ping ? "PING(125)" : "PONG(125)");
    }
  }

  @Test
  void textWithHalfASurrogateIsRefusedAndTheNextWriteWorks() {
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet());
      RawPeer peer = h.openClient(client);
      assertThatIllegalArgumentException().isThrownBy(() -> client.asyncWrite("a\uD83D", IO));
      Recorded<Long> write = h.handler("write");
      client.writeKind(MessageKind.BINARY);
      client.asyncWrite("ä\uD83D\uDE00", Recorded.io(write));
      h.run();
      assertThat(write.result()).isEqualTo(6);
      assertThat(peer.briefs()).containsExactly("TEXT(6)");
    }
  }

  // ---- buffers that change while they are lent

  private enum Change {
    CONSUMED {
      @Override
      void to(ByteBuffer buffer) {
        buffer.position(buffer.limit());
      }
    },
    SHORTENED {
      @Override
      void to(ByteBuffer buffer) {
        buffer.limit(buffer.position() + 1);
      }
    },
    CLEARED_FOR_MORE {
      @Override
      void to(ByteBuffer buffer) {
        buffer.limit(buffer.capacity()).position(0);
      }
    };

    abstract void to(ByteBuffer buffer);
  }

  @ParameterizedTest
  @CsvSource({
    "CONSUMED, true, false", "CONSUMED, false, false", "CONSUMED, true, true",
    "SHORTENED, true, false", "SHORTENED, false, false", "SHORTENED, true, true",
    "CLEARED_FOR_MORE, true, false", "CLEARED_FOR_MORE, false, false"
  })
  @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void bufferChangedUnderWayNeverTearsAFrameOrHangsTheWrite(
      Change change, boolean direct, boolean waiting) {
    for (int step = 0; step < 12; step++) {
      try (Harness h = new Harness()) {
        WebSocketStream server = h.server(Harness.quiet().withWriteBufferBytes(10_000));
        RawPeer peer = h.openServer(server);
        h.serverEnd.faults().capWrites(4_999);
        h.serverEnd.faults().postAlways(true);
        Gate gate = null;
        if (waiting) {
          gate =
              h.serverEnd.faults().hold(IoKind.WRITE, h.serverEnd.faults().started(IoKind.WRITE));
          h.ping(server, "first");
        }
        ByteBuffer buffer =
            direct ? ByteBuffer.allocateDirect(40_000) : ByteBuffer.allocate(40_000);
        buffer.limit(30_000).position(10);
        Recorded<Long> write = h.handler("write");
        server.asyncWriteSome(true, buffer, Recorded.io(write));
        for (int i = 0; i < step; i++) {
          h.executor.runOne();
        }
        boolean under = !write.isDone();
        change.to(buffer);
        if (gate != null) {
          gate.release();
        }
        h.run();
        if (under && write.error() != null) {
          write.assertFailed(StreamError.IO);
          assertThat(server.isOpen()).isFalse();
          assertThat(h.serverEnd.isOpen()).isFalse();
        } else {
          // Sent before, or from where the bytes now are: whole frames of the promised length.
          assertThat(write.result()).isEqualTo(29_990);
          assertThat(h.fromServer.atBoundary()).isTrue();
        }
        assertThat(peer.end() == null).isEqualTo(server.isOpen());
      }
    }
  }

  @Test
  void pingWhosePayloadGrewUnderWayIsNotSent() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet());
      RawPeer peer = h.openServer(server);
      Gate gate =
          h.serverEnd.faults().hold(IoKind.WRITE, h.serverEnd.faults().started(IoKind.WRITE));
      Recorded<Long> write = h.write(server, "first");
      ByteBuffer payload = ByteBuffer.allocate(1000).limit(10);
      Recorded<Void> ping = h.handler("ping");
      server.asyncPing(payload, ping);
      h.run();
      payload.limit(1000);
      gate.release();
      h.run();
      write.result();
      ping.assertFailed(StreamError.IO);
      assertThat(peer.briefs()).containsExactly("TEXT(5)");
    }
  }
}
