// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Role;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Reads;
import io.plywire.tests.support.Received;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketOptions;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Frames that break the protocol: the error, the close frame that tells the peer, and the end. */
class ViolationTest {
  /** What a peer must not send, as the bytes of an unmasked frame or several. */
  enum Row {
    DATA_IN_MESSAGE(WebSocketError.BAD_DATA_FRAME, 1002, "01 01 61", "81 01 62"),
    BINARY_IN_MESSAGE(WebSocketError.BAD_DATA_FRAME, 1002, "01 01 61", "82 01 62"),
    TEXT_RSV1(WebSocketError.BAD_RESERVED_BITS, 1002, "c1 01 61"),
    TEXT_RSV2(WebSocketError.BAD_RESERVED_BITS, 1002, "a1 01 61"),
    BINARY_RSV3(WebSocketError.BAD_RESERVED_BITS, 1002, "92 01 61"),
    CONTINUATION_ALONE(WebSocketError.BAD_CONTINUATION, 1002, "80 01 61"),
    CONTINUATION_AFTER_MESSAGE(WebSocketError.BAD_CONTINUATION, 1002, "00 00"),
    CONTINUATION_RSV1(WebSocketError.BAD_RESERVED_BITS, 1002, "01 01 61", "c0 01 62"),
    CONTINUATION_RSV2(WebSocketError.BAD_RESERVED_BITS, 1002, "01 01 61", "a0 01 62"),
    OPCODE_3(WebSocketError.BAD_OPCODE, 1002, "83 01 61"),
    OPCODE_7(WebSocketError.BAD_OPCODE, 1002, "87 00"),
    OPCODE_11(WebSocketError.BAD_OPCODE, 1002, "8b 00"),
    OPCODE_15(WebSocketError.BAD_OPCODE, 1002, "8f 00"),
    PING_FRAGMENT(WebSocketError.BAD_CONTROL_FRAGMENT, 1002, "09 00"),
    CLOSE_FRAGMENT(WebSocketError.BAD_CONTROL_FRAGMENT, 1002, "08 02 03 e8"),
    PING_126(WebSocketError.BAD_CONTROL_SIZE, 1002, "89 7e 00 7e"),
    PONG_64_BITS(WebSocketError.BAD_CONTROL_SIZE, 1002, "8a 7f 00 00 00 00 00 01 00 00"),
    CLOSE_126(WebSocketError.BAD_CONTROL_SIZE, 1002, "88 7e 00 7e"),
    PING_RSV1(WebSocketError.BAD_RESERVED_BITS, 1002, "c9 00"),
    CLOSE_RSV3(WebSocketError.BAD_RESERVED_BITS, 1002, "98 02 03 e8"),
    LENGTH_16_TOO_SHORT(WebSocketError.BAD_SIZE, 1002, "82 7e 00 7d"),
    LENGTH_64_TOO_SHORT(WebSocketError.BAD_SIZE, 1002, "82 7f 00 00 00 00 00 00 ff ff"),
    LENGTH_NEGATIVE(WebSocketError.BAD_SIZE, 1002, "82 7f 80 00 00 00 00 00 00 00"),
    TOO_BIG(WebSocketError.MESSAGE_TOO_BIG, 1009, "82 7f 00 00 00 00 00 01 00 01"),
    TOO_BIG_BY_FAR(WebSocketError.MESSAGE_TOO_BIG, 1009, "82 7f 7f ff ff ff ff ff ff ff"),
    LENGTH_OVERFLOW(
        WebSocketError.MESSAGE_TOO_BIG, 1009, "02 01 61", "80 7f 7f ff ff ff ff ff ff ff"),
    CLOSE_OF_1_BYTE(WebSocketError.BAD_CLOSE_SIZE, 1002, "88 01 03"),
    CLOSE_1005(WebSocketError.BAD_CLOSE_CODE, 1002, "88 02 03 ed"),
    CLOSE_1006(WebSocketError.BAD_CLOSE_CODE, 1002, "88 02 03 ee"),
    CLOSE_1015(WebSocketError.BAD_CLOSE_CODE, 1002, "88 02 03 f7"),
    CLOSE_1004(WebSocketError.BAD_CLOSE_CODE, 1002, "88 02 03 ec"),
    CLOSE_0(WebSocketError.BAD_CLOSE_CODE, 1002, "88 02 00 00"),
    CLOSE_999(WebSocketError.BAD_CLOSE_CODE, 1002, "88 02 03 e7"),
    CLOSE_2999(WebSocketError.BAD_CLOSE_CODE, 1002, "88 02 0b b7"),
    CLOSE_5000(WebSocketError.BAD_CLOSE_CODE, 1002, "88 02 13 88"),
    CLOSE_BAD_TEXT(WebSocketError.BAD_CLOSE_PAYLOAD, 1002, "88 04 03 e8 c3 28"),
    CLOSE_CUT_TEXT(WebSocketError.BAD_CLOSE_PAYLOAD, 1002, "88 03 03 e8 c3"),
    BAD_TEXT(WebSocketError.BAD_FRAME_PAYLOAD, 1007, "81 02 61 ff"),
    CUT_TEXT(WebSocketError.BAD_FRAME_PAYLOAD, 1007, "81 02 61 c3");

    private final WebSocketError error;
    private final int code;
    private final List<String> frames;

    Row(WebSocketError error, int code, String... frames) {
      this.error = error;
      this.code = code;
      this.frames = List.of(frames);
    }

    byte[] encode(boolean masked) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (String hex : frames) {
        byte[] frame = java.util.HexFormat.ofDelimiter(" ").parseHex(hex);
        int header = 2 + ((frame[1] & 0x7F) == 126 ? 2 : (frame[1] & 0x7F) == 127 ? 8 : 0);
        out.write(frame[0]);
        out.write(masked ? frame[1] | 0x80 : frame[1]);
        out.write(frame, 2, header - 2);
        byte[] key = {0x55, 0x11, (byte) 0xAA, 0x01};
        if (masked) {
          out.writeBytes(key);
        }
        for (int i = header; i < frame.length; i++) {
          out.write(masked ? frame[i] ^ key[i - header & 3] : frame[i]);
        }
      }
      return out.toByteArray();
    }
  }

  @ParameterizedTest
  @EnumSource(Row.class)
  void serverTellsErrorAndCode(Row row) {
    tellsErrorAndCode(row, Role.SERVER);
  }

  @ParameterizedTest
  @EnumSource(Row.class)
  void clientTellsErrorAndCode(Row row) {
    tellsErrorAndCode(row, Role.CLIENT);
  }

  private static void tellsErrorAndCode(Row row, Role role) {
    byte[] wire = row.encode(role == Role.SERVER);
    Reads.everyCut(wire, pieces -> violate(row.error, row.code, role, pieces));
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void maskDependsOnTheRole(Role role) {
    Frame right = role == Role.SERVER ? Frame.text("a").mask() : Frame.text("a");
    Frame wrong = role == Role.SERVER ? Frame.text("a") : Frame.text("a").mask();
    assertThat(right.masked()).isNotEqualTo(wrong.masked());
    WebSocketError error =
        role == Role.SERVER ? WebSocketError.BAD_UNMASKED_FRAME : WebSocketError.BAD_MASKED_FRAME;
    Reads.everyCut(wrong.encode(), pieces -> violate(error, 1002, role, pieces));
  }

  private static void violate(WebSocketError error, int code, Role role, List<byte[]> pieces) {
    WebSocketOptions options = Harness.quiet().withReadMessageMax(65_536);
    try (Opened o = new Opened(role, options)) {
      Received read = o.h.read(o.stream);
      Reads.sendApart(o.h, o.peer, pieces);
      assertToldOnce(o, code);
      o.peer.stop();
      o.h.run();
      assertThat(read.handler.assertFailed(error).getMessage()).isNotBlank();
      CloseOutcome outcome = o.stream.closeOutcome();
      assertThat(outcome.initiator()).isEqualTo(role);
      assertThat(outcome.sent().code()).isEqualTo(code);
      assertThat(outcome.received()).isNull();
      assertThat(outcome.handshakeComplete()).isFalse();
      assertThat(outcome.code()).isEqualTo(1006);
      assertThat(outcome.cause()).isSameAs(read.handler.error());
      assertThat(o.stream.isOpen()).isFalse();
      var write = o.h.write(o.stream, "late");
      var next = o.h.read(o.stream);
      var ping = o.h.ping(o.stream, "late");
      o.h.run();
      write.assertFailed(WebSocketError.CLOSED);
      next.handler.assertFailed(WebSocketError.CLOSED);
      ping.assertFailed(WebSocketError.CLOSED);
      assertToldOnce(o, code);
    }
  }

  private static void assertToldOnce(Opened o, int code) {
    assertThat(o.briefs()).containsExactly("CLOSE(2)");
    assertThat(o.sentCloseCode()).isEqualTo(code);
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void partOfMessageIsDeliveredBeforeTheViolation(Role role) {
    try (Opened o = Opened.as(role)) {
      var target = java.nio.ByteBuffer.allocate(10);
      var some = Reads.some(o.h, o.stream, target);
      byte[] good = o.encode(Frame.text("abc").notFinal());
      byte[] bad = o.encode(Frame.text("x"));
      byte[] both = Arrays.copyOf(good, good.length + bad.length);
      System.arraycopy(bad, 0, both, good.length, bad.length);
      o.receive(both);
      assertThat(some.result()).isEqualTo(3);
      assertThat(Reads.text(target)).isEqualTo("abc");
      assertThat(o.briefs()).as("nothing happens without a read").isEmpty();
      var next = Reads.some(o.h, o.stream, target);
      o.h.run();
      o.peer.stop();
      o.h.run();
      next.assertFailed(WebSocketError.BAD_DATA_FRAME);
      assertThat(target.position()).isEqualTo(3);
      assertToldOnce(o, 1002);
    }
  }
}
