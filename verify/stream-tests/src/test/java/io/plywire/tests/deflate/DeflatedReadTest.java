// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Role;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Reads;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.WebSocketError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed messages are read as if they had not been, whatever the cuts. */
class DeflatedReadTest {
  private static final String[] TEXTS = {
    "Hello", "", "Hello", "gr\u00fc\u00dfe \ud83d\ude00 ".repeat(50), "x".repeat(5000), "Hello"
  };

  @ParameterizedTest
  @EnumSource(Role.class)
  void messagesInARow(Role role) {
    try (Opened o = Opened.deflating(role);
        Deflated peer = new Deflated()) {
      for (String text : TEXTS) {
        Received read = o.h.read(o.stream);
        o.receive(peer.text(text));
        assertThat(read.text()).isEqualTo(text);
      }
      Received plain = o.h.read(o.stream);
      o.receive(Frame.text("as it is"));
      assertThat(plain.text()).isEqualTo("as it is");
      Received after = o.h.read(o.stream);
      o.receive(peer.text("Hello"));
      assertThat(after.text()).isEqualTo("Hello");
      assertThat(o.h.engine.decompressors()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100})
  void someAtATimeEndsWithEachMessage(int size) {
    for (Role role : Role.values()) {
      try (Opened o = Opened.deflating(role);
          Deflated peer = new Deflated()) {
        List<Frame> frames = new ArrayList<>();
        for (String text : TEXTS) {
          frames.addAll(cut(peer.text(text), 7));
        }
        o.receive(frames.toArray(Frame[]::new));
        for (String text : TEXTS) {
          assertThat(readSome(o, size)).isEqualTo(text);
        }
      }
    }
  }

  /** A small buffer leaves bytes in the decompressor; they need no further byte of the frame. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void whatIsDecompressedDoesNotWaitForTheRestOfItsFrame(Role role) throws DataFormatException {
    for (int missing = 1; missing < 14; missing++) {
      try (Opened o = Opened.deflating(role);
          Deflated peer = new Deflated()) {
        Frame frame = peer.text("xy".repeat(1000));
        byte[] wire = o.encode(frame);
        o.peer.send(Arrays.copyOf(wire, wire.length - missing));
        Inflater inflater = new Inflater(true);
        inflater.setInput(frame.payload(), 0, frame.payload().length - missing);
        int there = inflater.inflate(new byte[2000]);
        inflater.end();
        for (int left = there; left > 0; left -= 7) {
          Recorded<Long> some = Reads.some(o.h, o.stream, ByteBuffer.allocate(7));
          o.h.run();
          assertThat(some.runs()).as("reads with %d of %d bytes left", left, there).isEqualTo(1);
          assertThat(some.result()).isEqualTo(Math.min(left, 7));
        }
      }
    }
  }

  private static String readSome(Opened o, int size) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    do {
      ByteBuffer target = ByteBuffer.allocateDirect(size);
      Recorded<Long> some = Reads.some(o.h, o.stream, target);
      o.h.run();
      byte[] got = new byte[(int) (long) some.result()];
      target.flip().get(got);
      message.writeBytes(got);
    } while (!o.stream.receivedMessageDone());
    return message.toString(StandardCharsets.UTF_8);
  }

  private static List<Frame> cut(Frame frame, int size) {
    List<Frame> frames = new ArrayList<>();
    byte[] payload = frame.payload();
    for (int at = 0; at == 0 || at < payload.length; at += size) {
      boolean last = at + size >= payload.length;
      byte[] piece = Arrays.copyOfRange(payload, at, Math.min(payload.length, at + size));
      frames.add(new Frame(last, at == 0 ? 4 : 0, at == 0 ? frame.opcode() : 0, false, piece));
      if (!last && at % 3 == 0) {
        frames.add(Frame.ping("between"));
      }
    }
    return frames;
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void everyCutOfTheWireMakesNoDifference(Role role) {
    byte[] wire;
    try (Opened o = Opened.deflating(role);
        Deflated peer = new Deflated()) {
      List<Frame> frames = new ArrayList<>(cut(peer.text("Hello, Hello"), 3));
      frames.add(new Frame(false, 4, 1, false, new byte[0]));
      frames.addAll(
          cut(peer.text("again").withOpcode(0), 2).stream().map(f -> f.withRsv(0)).toList());
      wire = o.encode(frames.toArray(Frame[]::new));
    }
    Reads.everyCut(
        wire,
        pieces -> {
          try (Opened o = Opened.deflating(role)) {
            Received first = o.h.read(o.stream);
            List<byte[]> left = new ArrayList<>(pieces);
            while (!first.handler.isDone()) {
              Reads.sendApart(o.h, o.peer, List.of(left.remove(0)));
            }
            assertThat(first.text()).isEqualTo("Hello, Hello");
            Received second = o.h.read(o.stream);
            o.h.run();
            Reads.sendApart(o.h, o.peer, left);
            assertThat(second.text()).isEqualTo("again");
          }
        });
  }

  @Test
  void aMessageMayExactlyFillTheBuffer() {
    try (Opened o = Opened.deflating(Role.SERVER);
        Deflated peer = new Deflated()) {
      ByteBuffer exact = ByteBuffer.allocate(5);
      Recorded<Long> read = Reads.whole(o.h, o.stream, exact);
      o.receive(peer.text("Hello"));
      assertThat(read.result()).isEqualTo(5);
      Recorded<Long> some = Reads.some(o.h, o.stream, exact.clear());
      o.receive(peer.text("Hello"));
      assertThat(some.result()).isEqualTo(5);
      assertThat(o.stream.receivedMessageDone()).isTrue();
      Recorded<Long> tooSmall = Reads.whole(o.h, o.stream, exact.clear());
      o.receive(peer.text("Hello!"));
      o.peer.stop();
      o.h.run();
      tooSmall.assertFailed(WebSocketError.BUFFER_OVERFLOW);
      assertThat(o.sentCloseCode()).isEqualTo(1009);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void theLimitCountsWhatComesOut(Role role) {
    try (Opened o = Opened.deflating(role);
        Deflated peer = new Deflated()) {
      o.stream.readMessageMax(1000);
      Received fits = o.h.read(o.stream);
      o.receive(peer.text("z".repeat(1000)));
      assertThat(fits.text()).hasSize(1000);
      ByteBuffer target = ByteBuffer.allocate(5000);
      Recorded<Long> tooBig = Reads.whole(o.h, o.stream, target);
      o.receive(peer.text("z".repeat(1001)));
      o.peer.stop();
      o.h.run();
      tooBig.assertFailed(WebSocketError.MESSAGE_TOO_BIG);
      assertThat(target.position()).isLessThanOrEqualTo(1000);
      assertThat(o.sentCloseCode()).isEqualTo(1009);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBombOfOneGibibyteInOneMebibyteEndsAtTheLimit(boolean inOneFrame) {
    int limit = 1 << 20;
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (Deflated peer = new Deflated(9)) {
      peer.flushed(new byte[1 << 16]);
      byte[] mebibyte = peer.flushed(new byte[1 << 20]);
      byte[] first;
      try (Deflated fresh = new Deflated(9)) {
        first = fresh.flushed(new byte[1 << 20]);
      }
      bomb.writeBytes(first);
      for (int i = 1; i < 1024; i++) {
        bomb.writeBytes(mebibyte); // which refers to zeros before it only
      }
    }
    assertThat(bomb.size()).isLessThan(11 << 17);
    try (Opened o = Opened.deflating(Role.SERVER)) {
      o.stream.readMessageMax(limit);
      MessageBuffer target = new MessageBuffer(0);
      Recorded<Long> read = Reads.whole(o.h, o.stream, target);
      Frame frame = new Frame(true, 4, 2, false, bomb.toByteArray());
      o.receive((inOneFrame ? List.of(frame) : cut(frame, 1000)).toArray(Frame[]::new));
      o.peer.stop();
      o.h.run();
      read.assertFailed(WebSocketError.MESSAGE_TOO_BIG);
      assertThat(target.size()).isLessThanOrEqualTo(limit);
      assertThat(target.capacity()).isLessThanOrEqualTo(limit);
      assertThat(o.sentCloseCode()).isEqualTo(1009);
    }
  }

  @Test
  void aBlockMarkedAsTheLastIsNot() {
    // RFC 7692 section 7.2.3.4: "Hello" in a final block, and the byte that makes room for a tail.
    byte[] last = HexFormat.of().parseHex("f348cdc9c9070000");
    try (Opened o = Opened.deflating(Role.CLIENT)) {
      for (int i = 0; i < 2; i++) {
        Received read = o.h.read(o.stream);
        o.receive(new Frame(true, 4, 1, false, last));
        assertThat(read.text()).isEqualTo("Hello");
      }
    }
  }

  @Test
  void severalAndStoredBlocksAreFine() {
    // RFC 7692 section 7.2.3: two blocks; and a stored one.
    List<String> payloads = List.of("f248050000 00ffff cac9c90700", "000500faff48656c6c6f00");
    try (Opened o = Opened.deflating(Role.CLIENT)) {
      for (String hex : payloads) {
        Received read = o.h.read(o.stream);
        o.receive(new Frame(true, 4, 1, false, HexFormat.of().parseHex(hex.replace(" ", ""))));
        assertThat(read.text()).isEqualTo("Hello");
      }
    }
  }

  @Test
  void invalidTextIsRefusedThoughCompressed() {
    try (Opened o = Opened.deflating(Role.SERVER);
        Deflated peer = new Deflated()) {
      Received read = o.h.read(o.stream);
      o.receive(new Frame(true, 4, 1, false, peer.payload(new byte[] {'a', (byte) 0xC0, 'b'})));
      o.peer.stop();
      o.h.run();
      read.handler.assertFailed(WebSocketError.BAD_FRAME_PAYLOAD);
      assertThat(o.sentCloseCode()).isEqualTo(1007);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void rsv1HasItsPlace(Role role) {
    for (Frame bad :
        List.of(
            Frame.ping("").withRsv(4),
            Frame.close().withRsv(4),
            Frame.text("a").withRsv(6),
            Frame.text("a").withRsv(2))) {
      try (Opened o = Opened.deflating(role)) {
        Received read = o.h.read(o.stream);
        o.receive(bad);
        o.peer.stop();
        o.h.run();
        read.handler.assertFailed(WebSocketError.BAD_RESERVED_BITS);
      }
    }
    try (Opened o = Opened.deflating(role);
        Deflated peer = new Deflated()) {
      Received read = o.h.read(o.stream);
      o.receive(peer.text("a").notFinal(), Frame.continuation("").withRsv(4));
      o.peer.stop();
      o.h.run();
      read.handler.assertFailed(WebSocketError.BAD_RESERVED_BITS);
    }
    try (Opened o = Opened.as(role);
        Deflated peer = new Deflated()) {
      Received read = o.h.read(o.stream);
      o.receive(peer.text("not agreed on"));
      o.peer.stop();
      o.h.run();
      read.handler.assertFailed(WebSocketError.BAD_RESERVED_BITS);
      assertThat(o.sentCloseCode()).isEqualTo(1002);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatNobodyReadDoesNotHarmWhatIsReadLater(boolean takeover) {
    String[] parameters = takeover ? new String[0] : new String[] {"client_no_context_takeover"};
    try (Opened o = Opened.deflating(Role.SERVER, parameters)) {
      Recorded<CloseOutcome> close = o.h.close(o.stream, CloseReason.NORMAL);
      o.h.run();
      try (Deflated peer = new Deflated()) {
        o.receive(peer.text("said to nobody, " + "z".repeat(100_000)));
        if (takeover) {
          Received read = o.h.read(o.stream);
          o.receive(peer.text("said to nobody, again"));
          assertThat(read.text()).isEqualTo("said to nobody, again");
        }
      }
      if (!takeover) {
        try (Deflated peer = new Deflated()) {
          Received read = o.h.read(o.stream);
          o.receive(peer.text("alone"));
          assertThat(read.text()).isEqualTo("alone");
        }
      }
      o.receive(Frame.close(1000, ""));
      o.peer.stop();
      o.h.run();
      assertThat(close.result().handshakeComplete()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEngineThatBreaksEndsTheConnectionAndLosesNoMemory(boolean wanted) {
    try (Opened o = Opened.deflating(Role.SERVER);
        Deflated peer = new Deflated()) {
      Recorded<CloseOutcome> close = wanted ? null : o.h.close(o.stream, CloseReason.NORMAL);
      Received read = wanted ? o.h.read(o.stream) : null;
      o.h.run();
      o.h.engine.breakDecompressors();
      o.receive(peer.text("z".repeat(100_000)));
      IOException error = wanted ? read.handler.error() : close.error();
      assertThat(error).hasMessageContaining("broken on purpose");
    } // which counts the buffers
  }

  @Test
  void withoutTakeoverNothingIsKeptBetweenMessages() {
    try (Opened o =
        Opened.deflating(Role.SERVER, "client_no_context_takeover", "server_no_context_takeover")) {
      for (int i = 0; i < 3; i++) {
        Received read = o.h.read(o.stream);
        Recorded<Long> write = o.h.write(o.stream, "answer");
        try (Deflated peer = new Deflated()) {
          o.receive(peer.text("question"));
        }
        assertThat(read.text()).isEqualTo("question");
        write.result();
      }
      assertThat(o.h.engine.made()).as("made for the executor, and lent again").isEqualTo(2);
      o.h.executor.advance(Duration.ofMinutes(1));
      assertThat(o.h.engine.compressors()).isZero();
      assertThat(o.h.engine.decompressors()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void everySizeComesThrough(Role role) {
    Random random = new Random(5);
    try (Opened o = Opened.deflating(role);
        Deflated peer = new Deflated()) {
      for (int size = 0; size < 140_000; size += 1 + size / 2) {
        byte[] message = new byte[size];
        for (int i = 0; i < size; i++) {
          message[i] = (byte) random.nextInt(size % 2 == 0 ? 256 : 4);
        }
        MessageBuffer target = new MessageBuffer(16);
        Recorded<Long> read = Reads.whole(o.h, o.stream, target);
        o.receive(peer.binary(message));
        assertThat(read.result()).isEqualTo(size);
        byte[] got = new byte[size];
        target.data().get(got);
        assertThat(got).isEqualTo(message);
      }
    }
  }

  @Test
  void quietOptionsStayWithoutCompression() {
    try (Opened o = new Opened(Role.SERVER, Harness.quiet())) {
      assertThat(o.stream.deflate()).isNull();
    }
  }
}
