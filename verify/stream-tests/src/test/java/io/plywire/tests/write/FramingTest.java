// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Faults;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.Role;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Recorded;
import io.plywire.tests.support.WireValidator;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every way to frame a message, with every way to hold its bytes: what arrives, how it is cut, how
 * many writes of the next layer it takes, and that the buffers come back as they were.
 */
class FramingTest {
  private static final int WINDOW = 1 << 20;

  /** A part of a message, as the application writes it. */
  private record Part(boolean fin, int length) {}

  private static final List<List<Part>> MESSAGES =
      List.of(
          List.of(new Part(true, 300)),
          List.of(new Part(true, 0)),
          List.of(new Part(false, 300), new Part(true, 70)),
          List.of(new Part(false, 70), new Part(false, 300), new Part(true, 100)),
          List.of(new Part(false, 300), new Part(true, 0)),
          List.of(new Part(false, 0), new Part(false, 0), new Part(true, 0)),
          List.of(new Part(false, 20_000), new Part(true, 30_000)));

  @ParameterizedTest
  @CsvSource({
    "CLIENT, true, true",
    "CLIENT, true, false",
    "CLIENT, false, true",
    "CLIENT, false, false",
    "SERVER, true, true",
    "SERVER, true, false",
    "SERVER, false, true",
    "SERVER, false, false"
  })
  void everyPartOfEveryMessageArrivesFromEveryKindOfBuffer(
      Role role, boolean fragmenting, boolean binary) {
    for (int buffer : new int[] {100, 9_000}) { // the larger one is gathered from direct memory
      for (BufferShape shape : BufferShape.values()) {
        try (Conversation c = new Conversation(role, fragmenting, buffer)) {
          c.sender.writeKind(binary ? MessageKind.BINARY : MessageKind.TEXT);
          for (List<Part> message : MESSAGES) {
            c.exchange(message, binary, shape);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void everyLengthFitsEveryWriteBuffer(Role role) {
    int[] lengths = {0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 200_000};
    for (int buffer : new int[] {8, 9, 16, 125, 126, 127, 4096, 65_536}) {
      for (boolean fragmenting : new boolean[] {true, false}) {
        try (Conversation c = new Conversation(role, fragmenting, buffer)) {
          c.sender.writeKind(MessageKind.BINARY);
          for (int length : lengths) {
            c.exchange(List.of(new Part(true, length)), true, BufferShape.HEAP_WITH_MARGINS);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void largestWriteBufferTakesSmallMessages(Role role) {
    try (Conversation c = new Conversation(role, true, 8 << 20)) {
      c.exchange(List.of(new Part(false, 5), new Part(true, 20_000)), false, BufferShape.HEAP);
      c.exchange(List.of(new Part(true, 20_000)), false, BufferShape.DIRECT);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void nextLayerThatTakesFewBytesAtATimeGetsTheSameFrames(Role role) {
    for (boolean fragmenting : new boolean[] {true, false}) {
      for (BufferShape shape : BufferShape.values()) {
        try (Conversation c = new Conversation(role, fragmenting, 100)) {
          c.end.faults().capWrites(1);
          c.exchange(List.of(new Part(false, 300), new Part(true, 70)), false, shape);
        }
        try (Conversation c = new Conversation(role, fragmenting, 9_000)) {
          c.end.faults().capWrites(Faults.cycle(1, 2, 3, 997, 4099));
          c.exchange(List.of(new Part(false, 20_000), new Part(true, 9_001)), false, shape);
        }
      }
    }
  }

  /** One side that writes, another that reads, and an oracle. */
  private static final class Conversation implements AutoCloseable {
    private final Harness h = new Harness(WINDOW);
    private final Role role;
    private final boolean fragmenting;
    private final int bufferBytes;
    final WebSocketStream sender;
    final InMemoryStream end;
    private final WebSocketStream receiver;
    private final WireValidator wire;
    private int seed;

    Conversation(Role role, boolean fragmenting, int bufferBytes) {
      this.role = role;
      this.fragmenting = fragmenting;
      this.bufferBytes = bufferBytes;
      var options = Harness.quiet().withWriteBufferBytes(bufferBytes).withAutoFragment(fragmenting);
      WebSocketStream client = h.client(options);
      WebSocketStream server = h.server(options);
      h.open(client, server);
      sender = role == Role.CLIENT ? client : server;
      receiver = role == Role.CLIENT ? server : client;
      end = role == Role.CLIENT ? h.clientEnd : h.serverEnd;
      wire = role == Role.CLIENT ? h.fromClient : h.fromServer;
    }

    void exchange(List<Part> message, boolean binary, BufferShape shape) {
      String what =
          message + " as " + shape + " by " + role + ", buffer " + bufferBytes + " " + fragmenting;
      wire.frames().clear();
      MessageBuffer received = new MessageBuffer(0);
      Recorded<Long> read = h.handler("read of " + what);
      receiver.asyncRead(received, Recorded.io(read));
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      List<String> frames = new ArrayList<>();
      for (Part part : message) {
        byte[] bytes = payload(part.length);
        sent.writeBytes(bytes);
        long before = end.faults().started(IoKind.WRITE);
        writePart(part, shape.of(bytes), what);
        List<String> expected = frames(part, frames.isEmpty(), binary);
        frames.addAll(expected);
        boolean fits = fragmenting || part.length <= bufferBytes;
        if (fits && end.faults().capped(IoKind.WRITE) == 0) {
          assertThat(end.faults().started(IoKind.WRITE) - before)
              .as("writes of the next layer for %s of %s", part, what)
              .isEqualTo(expected.size());
        }
      }
      assertThat(wire.briefs()).as(what).isEqualTo(frames);
      assertThat(read.result()).as(what).isEqualTo(sent.size());
      byte[] arrived = new byte[sent.size()];
      received.data().get(arrived);
      assertThat(Arrays.equals(arrived, sent.toByteArray())).as("content of %s", what).isTrue();
      assertThat(receiver.receivedKind() == MessageKind.BINARY).isEqualTo(binary);
    }

    private void writePart(Part part, ByteBuffer[] buffers, String what) {
      Lent lent = new Lent(buffers);
      Recorded<Long> write = h.handler("write of " + what);
      sender.asyncWriteSome(part.fin, buffers, Recorded.io(write));
      write.assertPending();
      h.run();
      assertThat(write.result()).as(what).isEqualTo(part.length);
      lent.assertSent(part.length);
      assertThat(sender.sentMessageOpen()).isEqualTo(!part.fin);
    }

    private List<String> frames(Part part, boolean first, boolean binary) {
      List<String> frames = new ArrayList<>();
      int left = part.length;
      do {
        int n = fragmenting ? Math.min(left, bufferBytes) : left;
        left -= n;
        int opcode = first && frames.isEmpty() ? (binary ? 2 : 1) : 0;
        frames.add(new Frame(part.fin && left == 0, 0, opcode, false, new byte[n]).brief());
      } while (left > 0);
      return frames;
    }

    /** Text of ASCII characters, different each time. */
    private byte[] payload(int length) {
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) (' ' + (i * 31 + i / 95 + seed) % 95);
      }
      seed += 7;
      return bytes;
    }

    @Override
    public void close() {
      h.close();
    }
  }
}
