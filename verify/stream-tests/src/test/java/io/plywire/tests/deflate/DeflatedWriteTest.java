// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.PreparedMessage;
import io.plywire.websocket.deflate.DeflateOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What compressed messages look like on the wire. The validator on it decompresses them on its own.
 */
class DeflatedWriteTest {
  @Test
  void helloIsOneFrameWithRsv1() {
    try (Opened o = Opened.deflating(Role.SERVER)) {
      assertThat(write(o, true, "Hello")).isEqualTo(5);
      assertThat(o.briefs()).containsExactly("TEXT(7)");
      assertThat(o.sent().get(0).rsv()).isEqualTo(4);
      assertThat(HexFormat.of().formatHex(o.sent().get(0).payload())).isEqualTo("f248cdc9c90700");
      assertThat(inflated(o)).containsExactly("Hello");
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void emptyMessagesAreOneByteAndNeedNoCompressor(Role role) {
    try (Opened o = Opened.deflating(role)) {
      for (int i = 0; i < 3; i++) {
        assertThat(write(o, true, "")).isZero();
      }
      assertThat(o.sent()).allMatch(frame -> frame.rsv() == 4 && frame.payload().length == 1);
      assertThat(inflated(o)).containsExactly("", "", "");
      assertThat(o.h.engine.made()).isZero();
      write(o, true, "Hello");
      write(o, true, "");
      assertThat(inflated(o)).containsExactly("", "", "", "Hello", "");
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void incompressibleMessagesAreCutAtTheWriteBuffer(Role role) {
    byte[] payload = new byte[20_000];
    new Random(1).nextBytes(payload);
    try (Opened o = Opened.deflating(role)) {
      o.stream.writeBufferBytes(4096);
      o.stream.writeKind(MessageKind.BINARY);
      Recorded<Long> write = o.h.handler("write");
      o.stream.asyncWriteSome(true, ByteBuffer.wrap(payload), Recorded.io(write));
      o.h.run();
      assertThat(write.result()).isEqualTo(20_000);
      assertThat(o.sent()).hasSize(5);
      assertThat(o.sent().stream().map(Frame::rsv)).containsExactly(4, 0, 0, 0, 0);
      assertThat(o.sent().subList(0, 4)).allMatch(frame -> frame.payload().length == 4096);
      assertThat(messages(o)).containsExactly(payload);
    }
  }

  @Test
  void theSmallestWriteBufferDoes() {
    try (Opened o = Opened.deflating(Role.CLIENT)) {
      o.stream.writeBufferBytes(8);
      String text = "The quick brown fox jumps over the lazy dog. ".repeat(3);
      assertThat(write(o, true, text)).isEqualTo(text.length());
      assertThat(o.sent()).allMatch(frame -> frame.payload().length <= 8);
      assertThat(inflated(o)).containsExactly(text);
    }
  }

  @Test
  void withoutFragmentationAPartIsOneFrame() {
    byte[] payload = new byte[300_000];
    new Random(2).nextBytes(payload);
    try (Opened o = Opened.deflating(Role.CLIENT)) {
      o.stream.autoFragment(false);
      o.stream.writeBufferBytes(64);
      o.stream.writeKind(MessageKind.BINARY);
      Recorded<Long> write = o.h.handler("write");
      o.stream.asyncWriteSome(true, ByteBuffer.wrap(payload), Recorded.io(write));
      o.h.run();
      assertThat(write.result()).isEqualTo(300_000);
      assertThat(o.sent()).hasSize(1);
      assertThat(messages(o)).containsExactly(payload);
    }
  }

  @Test
  void whatTheCompressorTookCountsAndIsSentLater() {
    try (Opened o = Opened.deflating(Role.SERVER)) {
      assertThat(write(o, false, "x".repeat(1000))).isEqualTo(1000);
      assertThat(o.sent()).isEmpty();
      assertThat(o.stream.sentMessageOpen()).isTrue();
      assertThat(write(o, false, "")).isZero();
      assertThat(write(o, true, "y")).isEqualTo(1);
      assertThat(o.stream.sentMessageOpen()).isFalse();
      assertThat(inflated(o)).containsExactly("x".repeat(1000) + "y");
    }
  }

  @Test
  void theFirstPartDecidesKindCompressionAndCutsEvenIfNothingOfItCameOut() {
    try (Opened o =
        new Opened(
            Role.SERVER,
            h ->
                Harness.quiet()
                    .withDeflate(DeflateOptions.defaults().withEngine(h.engine).withThreshold(10)),
            InMemoryPipe.DEFAULT_WINDOW_BYTES,
            "Sec-WebSocket-Extensions: permessage-deflate")) {
      write(o, false, "five ");
      o.stream.writeKind(MessageKind.BINARY);
      o.stream.compress(false);
      o.stream.autoFragment(false);
      write(o, false, "more");
      write(o, true, "tail");
      write(o, true, "uncompressed");
      assertThat(o.sent().stream().map(Frame::opcode)).containsExactly(1, 2);
      assertThat(o.sent().stream().map(Frame::rsv)).containsExactly(4, 0);
      assertThat(inflated(o)).containsExactly("five moretail");
    }
  }

  @Test
  void messagesBelowTheThresholdGoAsTheyAre() {
    try (Opened o =
        new Opened(
            Role.CLIENT,
            h ->
                Harness.quiet()
                    .withDeflate(DeflateOptions.defaults().withEngine(h.engine).withThreshold(260)),
            InMemoryPipe.DEFAULT_WINDOW_BYTES,
            "Sec-WebSocket-Extensions: permessage-deflate")) {
      write(o, true, "a".repeat(259));
      assertThat(o.sent().get(0).rsv()).isZero();
      assertThat(o.h.engine.made()).isZero();
      write(o, true, "a".repeat(260));
      assertThat(o.sent().get(1).rsv()).isEqualTo(4);
    }
  }

  @Test
  void aMessageCanBeSentAsItIs() {
    try (Opened o = Opened.deflating(Role.SERVER)) {
      write(o, true, "compressed");
      o.stream.compress(false);
      write(o, true, "plain");
      o.stream.compress(true);
      write(o, true, "compressed");
      assertThat(o.sent().stream().map(Frame::rsv)).containsExactly(4, 0, 4);
      assertThat(inflated(o)).containsExactly("compressed", "compressed");
    }
  }

  @Test
  void aPreparedMessageThatWouldNotShrinkGoesAsItIsAndLeavesTheWindowAlone() {
    try (Opened o = Opened.deflating(Role.SERVER)) {
      write(o, true, "the same");
      Recorded<Long> write = o.h.handler("prepared");
      o.stream.asyncWrite(PreparedMessage.text("prepared"), Recorded.io(write));
      o.h.run();
      write.result();
      write(o, true, "the same");
      assertThat(o.sent().get(2).payload().length).isLessThan(o.sent().get(0).payload().length);
      assertThat(o.sent().stream().map(Frame::rsv)).containsExactly(4, 0, 4);
      assertThat(inflated(o)).containsExactly("the same", "the same");
    }
  }

  @Test
  void takeoverMakesRepetitionsShort() {
    String text = "{\"symbol\":\"PLY\",\"price\":17.25,\"volume\":1800}";
    try (Opened o = Opened.deflating(Role.SERVER)) {
      write(o, true, text);
      write(o, true, text);
      assertThat(o.sent().get(1).payload().length).isLessThan(o.sent().get(0).payload().length / 4);
      assertThat(o.h.engine.compressors()).isEqualTo(1);
    }
  }

  @Test
  void withoutTakeoverEachMessageStandsAlone() {
    String text = "{\"symbol\":\"PLY\",\"price\":17.25,\"volume\":1800}";
    try (Opened o = Opened.deflating(Role.SERVER, "server_no_context_takeover")) {
      write(o, true, text);
      write(o, true, text);
      assertThat(o.sent().get(1).payload()).isEqualTo(o.sent().get(0).payload());
      assertThat(inflated(o)).containsExactly(text, text);
      assertThat(o.h.engine.made()).as("made for the executor, and lent again").isEqualTo(1);
      o.h.executor.advance(Duration.ofMinutes(1));
      assertThat(o.h.engine.compressors()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void aFlushedPartCanBeReadAtOnce(Role role) throws Exception {
    try (Opened o = Opened.deflating(role)) {
      o.stream.flushParts(true);
      StringBuilder seen = new StringBuilder();
      Inflater inflater = new Inflater(true);
      int looked = 0;
      for (String part : List.of("first", "", "second", "first")) {
        write(o, false, part);
        for (; looked < o.sent().size(); looked++) {
          inflater.setInput(o.sent().get(looked).payload());
          byte[] out = new byte[100];
          seen.append(new String(out, 0, inflater.inflate(out), StandardCharsets.UTF_8));
        }
      }
      assertThat(seen.toString()).isEqualTo("firstsecondfirst");
      inflater.end();
      write(o, true, "");
      assertThat(inflated(o)).containsExactly("firstsecondfirst");
      write(o, true, "next");
      assertThat(inflated(o)).containsExactly("firstsecondfirst", "next");
    }
  }

  @Test
  void controlFramesGoBetweenCompressedOnes() {
    byte[] payload = new byte[200];
    new Random(3).nextBytes(payload);
    try (Opened o = Opened.deflating(Role.CLIENT)) {
      o.end().faults().postAlways(true);
      o.stream.writeBufferBytes(64);
      o.stream.writeKind(MessageKind.BINARY);
      Recorded<Long> write = o.h.handler("write");
      o.stream.asyncWriteSome(true, ByteBuffer.wrap(payload), Recorded.io(write));
      o.h.ping(o.stream, "p");
      o.h.run();
      write.result();
      assertThat(o.briefs().subList(0, 3)).containsExactly("BINARY+(64)", "PING(1)", "CONT+(64)");
      assertThat(messages(o)).containsExactly(payload);
    }
  }

  /** Statement 58: whatever is cancelled between two frames, the message goes on from there. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void cancelledBetweenTwoFramesItCanBeContinued(Role role) {
    byte[] payload = new byte[10_000];
    new Random(4).nextBytes(payload);
    int cancelled = 0;
    for (int step = 0; step < 80; step++) {
      try (Opened o = Opened.deflating(role)) {
        o.end().faults().postAlways(true);
        o.stream.writeBufferBytes(512);
        o.stream.writeKind(MessageKind.BINARY);
        ByteBuffer source = ByteBuffer.wrap(payload);
        Recorded<Long> write = o.h.handler("write");
        o.stream.asyncWriteSome(true, source, Recorded.io(write));
        o.h.ping(o.stream, "a");
        o.h.pong(o.stream, "b");
        for (int i = 0; i < step && !write.isDone(); i++) {
          o.h.executor.runOne();
        }
        write.cancel(CancellationType.PARTIAL);
        o.h.run();
        if (write.error() != null) {
          cancelled++;
          write.assertFailed(StreamError.ABORTED);
          assertThat(source.position()).isEqualTo((int) (long) write.value());
          o.stream.writeKind(MessageKind.TEXT);
          Recorded<Long> rest = o.h.handler("rest");
          o.stream.asyncWriteSome(true, source, Recorded.io(rest));
          o.h.run();
          assertThat(write.value() + rest.result()).isEqualTo(payload.length);
        }
        assertThat(messages(o)).as("cancelled at step " + step).containsExactly(payload);
      }
    }
    assertThat(cancelled).isGreaterThan(10);
  }

  @Test
  void sourcesOfAnyKindAreReadAndLeftAlone() {
    String text = "gr\u00fc\u00dfe ".repeat(40);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (Opened o = Opened.deflating(Role.SERVER)) {
      ByteBuffer direct = ByteBuffer.allocateDirect(100).put(bytes, 0, 100).flip();
      ByteBuffer sliced = ByteBuffer.wrap(bytes).slice(100, 60).asReadOnlyBuffer();
      ByteBuffer empty = ByteBuffer.allocate(0);
      ByteBuffer heap = ByteBuffer.wrap(bytes, 160, bytes.length - 160);
      Recorded<Long> write = o.h.handler("write");
      o.stream.asyncWriteSome(
          true, new ByteBuffer[] {direct, sliced, empty, heap}, Recorded.io(write));
      o.h.run();
      assertThat(write.result()).isEqualTo(bytes.length);
      assertThat(List.of(direct, sliced, empty, heap)).noneMatch(ByteBuffer::hasRemaining);
      assertThat(inflated(o)).containsExactly(text);
      assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(text);
    }
  }

  private static long write(Opened o, boolean fin, String text) {
    Recorded<Long> write = o.h.writeSome(o.stream, fin, text);
    o.h.run();
    return write.result();
  }

  private static List<byte[]> messages(Opened o) {
    return o.wire().inflated();
  }

  private static List<String> inflated(Opened o) {
    return messages(o).stream().map(b -> new String(b, StandardCharsets.UTF_8)).toList();
  }
}
