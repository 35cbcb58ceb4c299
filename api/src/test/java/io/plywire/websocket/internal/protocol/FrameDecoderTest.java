// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Role;
import io.plywire.websocket.WebSocketError;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FrameDecoderTest {

  private static final String UNFINISHED = "01 00 ";
  private static final String UNFINISHED_MASKED = "01 80 00000001 ";

  /** The rows of table 3.2: who we are, what arrives, which rule it breaks. */
  @ParameterizedTest
  @CsvSource({
    // 1: a new message inside a message
    "CLIENT, '01 00 81 00', BAD_DATA_FRAME",
    "CLIENT, '02 00 82 00', BAD_DATA_FRAME",
    "CLIENT, '01 00 f1 00', BAD_DATA_FRAME",
    // 2: reserved bits on data
    "CLIENT, 'a1 00', BAD_RESERVED_BITS",
    "CLIENT, '91 00', BAD_RESERVED_BITS",
    "CLIENT, 'c1 00', BAD_RESERVED_BITS",
    "CLIENT, 'c2 80', BAD_RESERVED_BITS",
    // 3: continuation of nothing
    "CLIENT, '80 00', BAD_CONTINUATION",
    "CLIENT, '00 00', BAD_CONTINUATION",
    "CLIENT, 'c0 00', BAD_CONTINUATION",
    "CLIENT, '81 00 80 00', BAD_CONTINUATION",
    // 4: reserved bits on a continuation
    "CLIENT, '01 00 c0 00', BAD_RESERVED_BITS",
    "CLIENT, '01 00 a0 00', BAD_RESERVED_BITS",
    "CLIENT, '01 00 90 00', BAD_RESERVED_BITS",
    // 5: reserved opcodes
    "CLIENT, '83 00', BAD_OPCODE",
    "CLIENT, '84 00', BAD_OPCODE",
    "CLIENT, '85 00', BAD_OPCODE",
    "CLIENT, '86 00', BAD_OPCODE",
    "CLIENT, '87 00', BAD_OPCODE",
    "CLIENT, '8b 00', BAD_OPCODE",
    "CLIENT, '8c 00', BAD_OPCODE",
    "CLIENT, '8d 00', BAD_OPCODE",
    "CLIENT, '8e 00', BAD_OPCODE",
    "CLIENT, '7f ff', BAD_OPCODE",
    // 6: fragmented control frames
    "CLIENT, '08 00', BAD_CONTROL_FRAGMENT",
    "CLIENT, '09 7e', BAD_CONTROL_FRAGMENT",
    "CLIENT, '0a 00', BAD_CONTROL_FRAGMENT",
    // 7: long control frames
    "CLIENT, '88 7e', BAD_CONTROL_SIZE",
    "CLIENT, '89 7f', BAD_CONTROL_SIZE",
    "CLIENT, 'fa 7e', BAD_CONTROL_SIZE",
    // 8: reserved bits on control frames
    "CLIENT, 'c8 00', BAD_RESERVED_BITS",
    "CLIENT, 'a9 00', BAD_RESERVED_BITS",
    "CLIENT, '9a 80', BAD_RESERVED_BITS",
    // 9 and 10: masks
    "SERVER, '81 00', BAD_UNMASKED_FRAME",
    "SERVER, '88 7d', BAD_UNMASKED_FRAME",
    "CLIENT, '81 80', BAD_MASKED_FRAME",
    "CLIENT, '8a ff', BAD_CONTROL_SIZE",
    "CLIENT, '8a 80', BAD_MASKED_FRAME",
    // 11: lengths in a longer form than needed, or negative
    "CLIENT, '82 7e 0000', BAD_SIZE",
    "CLIENT, '82 7e 007d', BAD_SIZE",
    "CLIENT, '82 7f 0000000000000000', BAD_SIZE",
    "CLIENT, '82 7f 000000000000ffff', BAD_SIZE",
    "CLIENT, '82 7f 8000000000000000', BAD_SIZE",
    "CLIENT, '82 7f ffffffffffffffff', BAD_SIZE",
    "SERVER, '82 fe 007d', BAD_SIZE"
  })
  void refusesWhatTheTableRefusesAtTheFirstBytesThatShowIt(
      Role role, String hex, WebSocketError error) {
    byte[] input = bytes(hex);
    Cuts.each(
        input,
        pieces -> {
          Run run = new Run(new FrameDecoder(role));
          pieces.forEach(run::feed);
          assertThat(run.decoder.violation().error()).isEqualTo(error);
          assertThat(run.decoder.violation().detail()).isNotEmpty();
        });
    // One byte less, and all may still be well.
    Run before = new Run(new FrameDecoder(role));
    before.feed(bytes(hex, input.length - 1));
    assertThat(before.decoder.violation()).isNull();
  }

  @Test
  void violationIsStickyAndConsumesNothing() {
    Buffers.readable()
        .forEach(
            kind -> {
              FrameDecoder decoder = new FrameDecoder(Role.CLIENT);
              ByteBuffer in = kind.of((byte) 0x83, (byte) 0);
              int position = in.position();
              assertThat(decoder.decode(in, new FrameHeader())).isEqualTo(FrameDecoder.VIOLATION);
              assertThat(in.position()).isEqualTo(position);
              ByteBuffer good = kind.of((byte) 0x81, (byte) 0);
              assertThat(decoder.decode(good, new FrameHeader())).isEqualTo(FrameDecoder.VIOLATION);
            });
  }

  @Test
  void overflowOfTheLengthCounterIsRefused() {
    Run run = new Run(new FrameDecoder(Role.CLIENT));
    run.skipPayload = false;
    run.feed(bytes("02 7f 7fffffffffffffff 00 00"));
    assertThat(run.decoder.violation()).isNull();
    assertThat(run.decoder.messageReceived()).isEqualTo(Long.MAX_VALUE);
    run.feed(bytes("80 01"));
    assertThat(run.decoder.violation().error()).isEqualTo(WebSocketError.MESSAGE_TOO_BIG);
    assertThat(run.decoder.violation().detail())
        .isEqualTo(
            "continuation frame of 1 bytes after 9223372036854775807 bytes of the same message"
                + " exceeds limit 9223372036854775807");
  }

  @ParameterizedTest
  @CsvSource({
    "10, '82 0a', 10",
    "0, '82 7e ffff', 65535",
    "10, '02 06 80 04', 10",
    "10, '02 0a 89 7d 80 00', 10"
  })
  void messageUpToTheLimitPasses(long max, String hex, long received) {
    Run run = new Run(new FrameDecoder(Role.CLIENT));
    run.skipPayload = false;
    run.decoder.messageMax(max);
    run.feed(bytes(hex));
    assertThat(run.decoder.violation()).isNull();
    assertThat(run.decoder.messageReceived()).isEqualTo(received);
    assertThat(run.decoder.messageInProgress()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "10, '82 0b', 11, 0, binary",
    "10, '02 06 80 05', 5, 6, continuation",
    "10, '82 7f 0400000000000000', 288230376151711744, 0, binary"
  })
  void messageBeyondTheLimitIsRefusedAtTheHeader(
      long max, String hex, long length, long before, String frame) {
    Run run = new Run(new FrameDecoder(Role.CLIENT));
    run.skipPayload = false;
    run.decoder.messageMax(max);
    run.feed(bytes(hex));
    assertThat(run.decoder.violation().error()).isEqualTo(WebSocketError.MESSAGE_TOO_BIG);
    assertThat(run.decoder.violation().detail())
        .isEqualTo(
            "%s frame of %d bytes after %d bytes of the same message exceeds limit %d;"
                .concat(" WebSocketOptions.withReadMessageMax changes it")
                .formatted(frame, length, before, max));
  }

  @Test
  void limitIsForEachMessageAlone() {
    Run run = new Run(new FrameDecoder(Role.CLIENT));
    run.decoder.messageMax(2);
    run.feed(bytes("81 02 6162 81 02 6162 01 01 61 80 01 61"));
    assertThat(run.decoder.violation()).isNull();
    assertThat(run.headers).hasSize(4);
  }

  @Test
  void sizeOfCompressedMessagesIsNotCheckedHere() {
    Run run = new Run(new FrameDecoder(Role.CLIENT));
    run.skipPayload = false;
    run.decoder.messageMax(10);
    run.decoder.allowRsv1(true);
    run.feed(bytes("42 7e 0100 80 7e 0100"));
    assertThat(run.decoder.violation()).isNull();
    assertThat(run.decoder.messageCompressed()).isTrue();
    assertThat(run.decoder.messageReceived()).isEqualTo(512);
    run.feed(bytes("82 0b"));
    assertThat(run.decoder.violation().error()).isEqualTo(WebSocketError.MESSAGE_TOO_BIG);
  }

  @ParameterizedTest
  @CsvSource({"c1 00, ", "c2 00, ", "e1 00, BAD_RESERVED_BITS", "d1 00, BAD_RESERVED_BITS"})
  void firstDataFrameMayHaveRsv1IfAllowed(String hex, WebSocketError error) {
    Run run = new Run(new FrameDecoder(Role.CLIENT));
    run.decoder.allowRsv1(true);
    run.feed(bytes(hex));
    Violation violation = run.decoder.violation();
    assertThat(violation == null ? null : violation.error()).isEqualTo(error);
  }

  @ParameterizedTest
  @CsvSource({"'41 00 c0 00'", "'c8 00'", "'c9 00'"})
  void otherFramesMayNotHaveRsv1EvenIfAllowed(String hex) {
    Run run = new Run(new FrameDecoder(Role.CLIENT));
    run.decoder.allowRsv1(true);
    run.feed(bytes(hex));
    assertThat(run.decoder.violation().error()).isEqualTo(WebSocketError.BAD_RESERVED_BITS);
  }

  @Test
  void violationsAreDescribedWithValueAndLimit() {
    assertThat(detail(Role.CLIENT, "83 00")).isEqualTo("opcode 3 is reserved");
    assertThat(detail(Role.CLIENT, "01 01 61 81 00"))
        .isEqualTo("text frame while a fragmented text message is unfinished after 1 bytes");
    assertThat(detail(Role.CLIENT, "80 00"))
        .isEqualTo("continuation frame without a message to continue");
    assertThat(detail(Role.CLIENT, "d9 00"))
        .isEqualTo("ping frame with reserved bits 101, allowed is 000");
    assertThat(detail(Role.CLIENT, "08 00")).isEqualTo("close frame without FIN");
    assertThat(detail(Role.CLIENT, "8a 7e"))
        .isEqualTo("pong frame with length of 16 bits exceeds limit 125");
    assertThat(detail(Role.SERVER, "81 00")).isEqualTo("text frame from a client is not masked");
    assertThat(detail(Role.CLIENT, "82 80")).isEqualTo("binary frame from a server is masked");
    assertThat(detail(Role.CLIENT, "82 7e 0005"))
        .isEqualTo("binary frame with length 5 in 16 bits, a shorter form exists");
    assertThat(detail(Role.CLIENT, "82 7f ffffffffffffffff"))
        .isEqualTo("binary frame with length 0xFFFFFFFFFFFFFFFF, the highest bit must be 0");
  }

  static Stream<Arguments> conversations() {
    return Stream.of(
        Arguments.of(Role.CLIENT, UNFINISHED + "80 00", List.of("text length=0", "c fin length=0")),
        Arguments.of(
            Role.CLIENT,
            "01 01 2a 89 00 80 01 2a",
            List.of("text length=1", "ping fin length=0", "c fin length=1")),
        Arguments.of(
            Role.SERVER,
            UNFINISHED_MASKED + "80 82 01020304 0000",
            List.of("text masked length=0 key=1", "c fin masked length=2 key=1020304")),
        Arguments.of(
            Role.CLIENT,
            "82 7e 007e " + "00".repeat(126) + "88 02 03e8",
            List.of("binary fin length=126", "close fin length=2")),
        Arguments.of(
            Role.SERVER,
            "82 ff 0000000000010000 fffefdfc " + "00".repeat(200),
            List.of("binary fin masked length=65536 key=fffefdfc")),
        Arguments.of(
            Role.SERVER,
            "81 fe 0080 00000001 " + "00".repeat(128) + "8a 80 00000002",
            List.of("text fin masked length=128 key=1", "pong fin masked length=0 key=2")));
  }

  @ParameterizedTest
  @MethodSource("conversations")
  void headersAreTheSameHoweverTheInputIsCut(Role role, String hex, List<String> expected) {
    Cuts.each(
        bytes(hex),
        pieces -> {
          Run run = new Run(new FrameDecoder(role));
          pieces.forEach(run::feed);
          assertThat(run.headers)
              .isEqualTo(expected.stream().map(s -> s.replaceAll("^c ", "continuation ")).toList());
          assertThat(run.decoder.violation()).isNull();
        });
  }

  @Test
  void buffersOfEveryKindAndOrderAreReadAlike() {
    byte[] input = bytes("82 ff 0000000000010000 fffefdfc");
    Buffers.readable()
        .forEach(
            kind -> {
              FrameHeader header = new FrameHeader();
              for (int length = 0; length < input.length; length++) {
                ByteBuffer part = kind.of(java.util.Arrays.copyOf(input, length));
                int position = part.position();
                assertThat(new FrameDecoder(Role.SERVER).decode(part, header))
                    .isEqualTo(FrameDecoder.NEED_MORE);
                assertThat(part.position()).isEqualTo(position);
              }
              ByteBuffer in = kind.of(input);
              assertThat(new FrameDecoder(Role.SERVER).decode(in, header))
                  .isEqualTo(FrameDecoder.HEADER);
              assertThat(in.remaining()).isZero();
              assertThat(in.order()).isEqualTo(kind.order());
              assertThat(header.payloadLength).isEqualTo(65536);
              assertThat(header.maskingKey).isEqualTo(0xfffefdfc);
            });
  }

  @Test
  void readsBackWhatTheHeaderWrites() {
    for (long length : new long[] {0, 1, 125, 126, 65535, 65536, 1L << 31, Long.MAX_VALUE}) {
      for (Role role : Role.values()) {
        FrameHeader sent = FrameHeaderTest.header(Opcode.BINARY, true, length);
        sent.masked = role == Role.SERVER;
        sent.maskingKey = sent.masked ? 0x89ABCDEF : 0;
        ByteBuffer wire = ByteBuffer.allocate(FrameHeader.MAX_HEADER_BYTES);
        sent.encode(wire);
        FrameHeader read = new FrameHeader();
        assertThat(new FrameDecoder(role).decode(wire.flip(), read)).isEqualTo(FrameDecoder.HEADER);
        assertThat(read).usingRecursiveComparison().isEqualTo(sent);
      }
    }
  }

  @Test
  void remembersTheMessageAcrossControlFrames() {
    Run run = new Run(new FrameDecoder(Role.CLIENT));
    run.feed(bytes("02 02 6161 8a 01 61"));
    assertThat(run.decoder.messageInProgress()).isTrue();
    assertThat(run.decoder.messageOpcode()).isEqualTo(Opcode.BINARY);
    assertThat(run.decoder.messageReceived()).isEqualTo(2);
    run.feed(bytes("80 01 61"));
    assertThat(run.decoder.messageInProgress()).isFalse();
    assertThat(run.decoder.messageReceived()).isEqualTo(3);
    run.feed(bytes("81 00"));
    assertThat(run.decoder.messageOpcode()).isEqualTo(Opcode.TEXT);
    assertThat(run.decoder.messageReceived()).isZero();
  }

  private static String detail(Role role, String hex) {
    Run run = new Run(new FrameDecoder(role));
    run.feed(bytes(hex));
    return run.decoder.violation().detail();
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static byte[] bytes(String hex, int length) {
    return java.util.Arrays.copyOf(bytes(hex), length);
  }

  /** Feeds a decoder as an operation does: header, payload, header… */
  private static final class Run {
    final FrameDecoder decoder;
    final List<String> headers = new ArrayList<>();
    final FrameHeader header = new FrameHeader();
    boolean skipPayload = true;
    private ByteBuffer buffered = ByteBuffer.allocate(0);
    private long payload;

    Run(FrameDecoder decoder) {
      this.decoder = decoder;
    }

    void feed(byte[] piece) {
      buffered = Cuts.append(buffered, piece);
      while (true) {
        int skipped = (int) Math.min(payload, buffered.remaining());
        buffered.position(buffered.position() + skipped);
        payload -= skipped;
        if (payload > 0 || decoder.decode(buffered, header) != FrameDecoder.HEADER) {
          return;
        }
        headers.add(header + (header.masked ? " key=%x".formatted(header.maskingKey) : ""));
        payload = skipPayload ? header.payloadLength : 0;
      }
    }
  }
}
