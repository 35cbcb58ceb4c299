// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.CancellationType;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.PreparedMessage;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PreparedMessageTest {
  private static Recorded<Long> write(Harness h, WebSocketStream stream, PreparedMessage message) {
    Recorded<Long> handler = h.handler("write " + message);
    stream.asyncWrite(message, Recorded.io(handler));
    h.run();
    return handler;
  }

  @Test
  void manyServersSendTheSameMemoryAgainAndAgain() {
    PreparedMessage message = PreparedMessage.text("Grüße an alle");
    for (int server = 0; server < 3; server++) {
      try (Harness h = new Harness()) {
        WebSocketStream stream = h.server(Harness.quiet());
        RawPeer peer = h.openServer(stream);
        long before = h.serverEnd.faults().started(IoKind.WRITE);
        long borrowed = h.executor.buffers().acquired();
        assertThat(write(h, stream, message).result()).isEqualTo(message.size());
        assertThat(write(h, stream, message).result()).isEqualTo(message.size());
        assertThat(h.executor.buffers().acquired()).as("buffers borrowed").isEqualTo(borrowed);
        assertThat(h.serverEnd.faults().started(IoKind.WRITE) - before).isEqualTo(2);
        assertThat(peer.frames())
            .extracting(Frame::payloadText)
            .containsExactly("Grüße an alle", "Grüße an alle");
      }
    }
  }

  @Test
  void clientsMaskACopy() {
    byte[] bytes = new byte[100_000];
    new java.util.Random(1).nextBytes(bytes);
    PreparedMessage message = PreparedMessage.binary(ByteBuffer.wrap(bytes));
    try (Harness h = new Harness()) {
      WebSocketStream client = h.client(Harness.quiet());
      WebSocketStream server = h.server(Harness.quiet());
      h.open(client, server);
      for (int i = 0; i < 2; i++) {
        Recorded<Long> read = h.handler("read");
        ByteBuffer target = ByteBuffer.allocate(bytes.length);
        server.asyncRead(target, Recorded.io(read));
        assertThat(write(h, client, message).result()).isEqualTo(bytes.length);
        assertThat(read.result()).isEqualTo(bytes.length);
        assertThat(target.array()).isEqualTo(bytes);
        assertThat(server.receivedKind()).isEqualTo(MessageKind.BINARY);
      }
    }
  }

  @Test
  void aLongOneIsCutIntoFramesWithoutACopy() {
    PreparedMessage message = PreparedMessage.binary(ByteBuffer.allocate(100_000));
    try (Harness h = new Harness()) {
      WebSocketStream stream = h.server(Harness.quiet());
      RawPeer peer = h.openServer(stream);
      assertThat(write(h, stream, message).result()).isEqualTo(100_000);
      assertThat(peer.briefs()).containsExactly("BINARY+(65536)", "CONT(34464)");
      stream.autoFragment(false);
      assertThat(write(h, stream, message).result()).isEqualTo(100_000);
      assertThat(peer.briefs().get(2)).isEqualTo("BINARY(100000)");
    }
  }

  @Test
  void textThatIsNoTextIsRefusedOnce() {
    assertThatThrownBy(() -> PreparedMessage.text("\udc00"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("surrogate");
  }

  @Test
  void cancelledBetweenItsFramesItCanBeContinuedWhateverTextCameBefore() {
    try (Harness h = new Harness()) {
      WebSocketStream server = h.server(Harness.quiet().withWriteBufferBytes(16));
      RawPeer peer = h.openServer(server);
      byte[] euro = "\u20ac".getBytes(java.nio.charset.StandardCharsets.UTF_8);
      Recorded<Long> first = h.handler("a part that ends inside a code point");
      server.asyncWriteSome(false, ByteBuffer.wrap(euro, 0, 1), Recorded.io(first));
      h.run();
      Recorded<Long> last = h.handler("the rest of it");
      server.asyncWriteSome(true, ByteBuffer.wrap(euro, 1, 2), Recorded.io(last));
      h.run();

      Gate gate =
          h.serverEnd.faults().hold(IoKind.WRITE, h.serverEnd.faults().started(IoKind.WRITE));
      Recorded<Long> cut = h.handler("prepared");
      server.asyncWrite(PreparedMessage.text("p".repeat(40)), Recorded.io(cut));
      h.run();
      cut.cancel(CancellationType.PARTIAL);
      gate.release();
      h.run();
      assertThat(cut.value()).isEqualTo(16);
      assertThat(server.sentMessageOpen()).isTrue();
      Recorded<Long> rest = h.write(server, "the end");
      h.run();
      assertThat(rest.result()).isEqualTo(7);
      assertThat(peer.briefs()).endsWith("TEXT+(16)", "CONT(7)");
    }
  }
}
