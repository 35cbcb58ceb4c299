// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.plywire.stream.Role;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.observe.WireFrame;
import io.plywire.websocket.observe.WireTap;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tap that applications may put below a WebSocket. */
class WireTapTest {
  private static final class Notes implements WireTap.Observer {
    final List<String> heads = new ArrayList<>();
    final List<WireFrame> sent = new ArrayList<>();
    final List<WireFrame> received = new ArrayList<>();
    final ByteArrayOutputStream bytesSent = new ByteArrayOutputStream();
    final ByteArrayOutputStream bytesReceived = new ByteArrayOutputStream();

    @Override
    public void bytes(boolean outgoing, ByteBuffer bytes) {
      assertThat(bytes.isReadOnly()).isTrue();
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      (outgoing ? bytesSent : bytesReceived).writeBytes(copy);
    }

    @Override
    public void head(boolean outgoing, String text) {
      heads.add(text);
    }

    @Override
    public void frame(boolean outgoing, WireFrame frame) {
      (outgoing ? sent : received).add(frame);
    }
  }

  @Test
  void tellsBytesHeadsAndFramesOfBothDirections() {
    try (Harness h = new Harness()) {
      Notes notes = new Notes();
      WireTap tap = new WireTap(h.serverEnd, 4, notes);
      WebSocketStream server = new WebSocketStream(tap, Harness.quiet());
      RawPeer peer = h.raw(Role.CLIENT);
      byte[] wire = Frame.encodeAll(Frame.text("hello").mask(), Frame.ping("p").mask());
      server.asyncAccept(h.handler("accept"));
      peer.send(Harness.request());
      peer.send(wire);
      h.run();
      Received message = h.read(server);
      h.run();
      h.write(server, "well");
      h.read(server);
      h.run();

      assertThat(message.text()).isEqualTo("hello");
      assertThat(notes.heads).hasSize(2);
      assertThat(notes.heads.get(0)).isEqualTo(Harness.request());
      assertThat(notes.bytesReceived.toByteArray())
          .isEqualTo(join(Harness.request().getBytes(StandardCharsets.ISO_8859_1), wire));
      assertThat(notes.bytesSent.toByteArray()).isEqualTo(peer.received());
      assertThat(notes.received)
          .extracting(WireFrame::toString)
          .containsExactly("text fin masked length=5 \"hell\"...", "ping fin masked length=1 70");
      assertThat(notes.sent)
          .extracting(WireFrame::toString)
          .containsExactlyInAnyOrder("text fin length=4 \"well\"", "pong fin length=1 70");
      assertThat(tap.receivedFrames()).isEqualTo(2);
      assertThat(tap.sentFrames()).isEqualTo(2);
      assertThat(tap.receivedBytes()).isEqualTo(notes.bytesReceived.size());
      assertThat(tap.sentBytes()).isEqualTo(notes.bytesSent.size());
      assertThat(server.nextLayer()).isSameAs(tap);
      server.abort();
    }
  }

  private static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  @Test
  void beginningIsReadOnlyAndMayBeKept() {
    try (Harness h = new Harness()) {
      Notes notes = new Notes();
      WireTap tap = new WireTap(h.serverEnd, 4, notes);
      tap.expectFrames(false);
      tap.received(ByteBuffer.wrap(Frame.encodeAll(Frame.text("one"), Frame.binary(new byte[9]))));

      WireFrame first = notes.received.get(0);
      assertThat(StandardCharsets.UTF_8.decode(first.beginning()).toString()).isEqualTo("one");
      assertThat(StandardCharsets.UTF_8.decode(first.beginning()).toString()).isEqualTo("one");
      assertThat(first.text()).isTrue();
      assertThatExceptionOfType(ReadOnlyBufferException.class)
          .isThrownBy(() -> first.beginning().put((byte) 0));
      assertThat(notes.received.get(1).beginning().remaining()).isEqualTo(4);
      assertThat(notes.received.get(1).text()).isFalse();
      tap.close();
    }
  }

  @Test
  void observerThatThrowsIsCalledNoMoreAndNobodyElseNotices() {
    try (Harness h = new Harness()) {
      List<Integer> calls = new ArrayList<>();
      WireTap tap =
          new WireTap(
              h.serverEnd,
              new WireTap.Observer() {
                @Override
                public void frame(boolean sent, WireFrame frame) {
                  calls.add(frame.opcode());
                  throw new IllegalStateException("an observer that fails, for a test");
                }
              });
      WebSocketStream server = new WebSocketStream(tap, Harness.quiet(), Upgraded.as(Role.SERVER));
      tap.expectFrames(false);
      tap.expectFrames(true);
      RawPeer peer = h.raw(Role.CLIENT);
      peer.send(Frame.text("one").mask(), Frame.text("two").mask());
      Received one = h.read(server);
      h.run();
      Received two = h.read(server);
      Recorded<Long> written = h.write(server, "three");
      h.run();

      assertThat(one.text()).isEqualTo("one");
      assertThat(two.text()).isEqualTo("two");
      assertThat(written.result()).isEqualTo(5);
      assertThat(calls).containsExactly(WireFrame.TEXT);
      server.abort();
    }
  }

  @Test
  void excerptsAreNotNegative() {
    try (Harness h = new Harness()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new WireTap(h.serverEnd, -1, new WireTap.Observer() {}))
          .withMessageContaining("-1");
    }
  }
}
