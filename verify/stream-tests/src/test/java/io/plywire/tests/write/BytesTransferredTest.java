// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Direction;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A write that fails tells the truth: the next layer breaks after every single byte, and the number
 * of bytes and the positions say exactly how much of the caller's buffers had left.
 */
class BytesTransferredTest {
  /** How a write is framed: header and payload lengths in turn. */
  private record Layout(Role role, int headerBytes, List<Integer> payloads) {
    long wireBytes() {
      return payloads.stream().mapToLong(n -> headerBytes + n).sum();
    }

    /** Returns how much payload is among the first bytes of the wire. */
    long payloadWithin(long wireBytes) {
      long left = wireBytes;
      long payload = 0;
      for (int length : payloads) {
        left = Math.max(0, left - headerBytes);
        payload += Math.min(left, length);
        left = Math.max(0, left - length);
      }
      return payload;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CLIENT, true, HEAP", "CLIENT, false, HEAP", "CLIENT, true, MANY_MIXED_WITH_EMPTY_ONES",
    "SERVER, true, HEAP", "SERVER, false, HEAP", "SERVER, false, MANY_MIXED_WITH_EMPTY_ONES"
  })
  void smallFramesThatBreakAfterAnyByteCountWhatWasSent(
      Role role, boolean fragmenting, BufferShape shape) {
    List<Integer> payloads = fragmenting ? List.of(10, 10, 5) : List.of(25);
    Layout layout = new Layout(role, role == Role.CLIENT ? 6 : 2, payloads);
    for (long broken = 0; broken < layout.wireBytes(); broken++) {
      for (int cap : new int[] {Integer.MAX_VALUE, 1, 4}) {
        breakAfter(broken, layout, fragmenting, 10, cap, shape);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CLIENT, true, HEAP", "CLIENT, false, HEAP", "CLIENT, false, DIRECT",
    "SERVER, true, HEAP", "SERVER, false, HEAP", "SERVER, true, DIRECT_READ_ONLY_SLICE",
    "SERVER, false, DIRECT_WITH_MARGINS", "SERVER, true, MANY_DIRECT", "SERVER, false, MANY_DIRECT"
  })
  void largeFramesThatBreakCountWhatWasSent(Role role, boolean fragmenting, BufferShape shape) {
    List<Integer> payloads = fragmenting ? List.of(9_000, 9_000, 2_000) : List.of(20_000);
    Layout layout = new Layout(role, role == Role.CLIENT ? 8 : 4, payloads);
    TreeSet<Long> breaks = new TreeSet<>();
    for (int cut : new int[] {0, 9_000, 9_004, 18_000, 18_008, 18_016, 20_000}) {
      for (int i = -18; i <= 18; i++) {
        breaks.add((long) cut + i);
      }
    }
    for (long n = 0; n < layout.wireBytes(); n += 977) {
      breaks.add(n);
    }
    for (long broken : breaks.tailSet(0L).headSet(layout.wireBytes())) {
      breakAfter(broken, layout, fragmenting, 9_000, Integer.MAX_VALUE, shape);
      breakAfter(broken, layout, fragmenting, 9_000, 4_099, shape);
    }
  }

  /** Breaks by a short write and a failing one, and by one write that fails after some bytes. */
  private static void breakAfter(
      long wireBytes, Layout layout, boolean fragmenting, int buffer, int cap, BufferShape shape) {
    try (Scene scene = new Scene(layout.role, fragmenting, buffer, cap)) {
      scene.end.faults().resetAt(Direction.OUTBOUND, scene.before + wireBytes);
      Recorded<Long> write = scene.write(layout, shape, wireBytes);
      // The peer reads what was sent, but the stream learns of it by its write or by its read.
      List<Recorded<?>> met = new ArrayList<>(List.of(write, scene.read.handler));
      met.removeIf(
          o -> !(o.error() instanceof StreamException e && e.error() == StreamError.RESET));
      assertThat(met).as("told of the reset").hasSize(1);
    }
    try (Scene scene = new Scene(layout.role, fragmenting, buffer, cap)) {
      IOException failure = new IOException("no space");
      long left = wireBytes;
      long k = scene.end.faults().started(IoKind.WRITE);
      int[] frames = layout.payloads.stream().mapToInt(n -> layout.headerBytes + n).toArray();
      int frame = 0;
      int inFrame = 0;
      while (true) { // which write of the next layer takes that byte
        int most = Math.min(cap, frames[frame] - inFrame);
        if (left < most) {
          break;
        }
        left -= most;
        inFrame += most;
        if (inFrame == frames[frame]) {
          frame++;
          inFrame = 0;
        }
        k++;
      }
      boolean gathered = layout.role == Role.SERVER && shape.name().contains("DIRECT");
      if (frames[frame] > buffer + 14 && !gathered) {
        return; // copied in several fillings, whose boundaries are the stream's own business
      }
      scene.end.faults().failWriteAfter(k, (int) left, failure);
      Recorded<Long> write = scene.write(layout, shape, wireBytes);
      assertThat(write.error()).isSameAs(failure);
      scene.read.handler.assertFailed(StreamError.ABORTED);
    }
  }

  /** A stream, a ping and a read beside the write, and a peer. */
  private static final class Scene implements AutoCloseable {
    final Harness h = new Harness(1 << 15);
    final WebSocketStream stream;
    final InMemoryStream end;
    final long before;
    final Received read;
    private final RawPeer peer;

    Scene(Role role, boolean fragmenting, int buffer, int cap) {
      var options = Harness.quiet().withWriteBufferBytes(buffer).withAutoFragment(fragmenting);
      boolean client = role == Role.CLIENT;
      stream = client ? h.client(options) : h.server(options);
      peer = client ? h.openClient(stream) : h.openServer(stream);
      end = client ? h.clientEnd : h.serverEnd;
      before = end.faults().passed(Direction.OUTBOUND);
      end.faults().capWrites(cap);
      read = h.read(stream);
      h.run();
    }

    Recorded<Long> write(Layout layout, BufferShape shape, long wireBytes) {
      byte[] text = new byte[layout.payloads.stream().mapToInt(n -> n).sum()];
      Arrays.fill(text, (byte) 'x');
      ByteBuffer[] buffers = shape.of(text);
      Lent lent = new Lent(buffers);
      Recorded<Long> write = h.handler("write");
      stream.asyncWriteSome(true, buffers, Recorded.io(write));
      h.run();
      long payload = layout.payloadWithin(wireBytes);
      String what = layout + " broken after " + wireBytes + " bytes, " + shape;
      assertThat(write.error()).as(what).isNotNull();
      assertThat(write.value()).as(what).isEqualTo(payload);
      lent.assertSent(payload);
      assertThat(end.faults().passed(Direction.OUTBOUND) - before).as(what).isEqualTo(wireBytes);
      assertThat(stream.isOpen()).isFalse();
      assertThat(end.isOpen()).isFalse();
      assertThat(read.handler.isDone()).isTrue();
      h.ping(stream, "too late");
      Recorded<CloseOutcome> close = h.close(stream, CloseReason.NORMAL);
      h.run();
      assertThat(close.result().handshakeComplete()).isFalse();
      assertThat(peer.end()).isNotNull();
      return write;
    }

    @Override
    public void close() {
      h.close();
    }
  }
}
