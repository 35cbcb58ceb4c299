// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.WebSocketError;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloseFrameTest {

  @Test
  void codeAndReasonAreWrittenBigEndian() {
    Buffers.writable()
        .forEach(
            kind -> {
              ByteBuffer out = kind.room(125);
              int from = out.position();
              CloseFrame.encode(new CloseReason(1001, "bye"), out);
              assertThat(Buffers.bytes(out.flip().position(from)))
                  .isEqualTo(HexFormat.of().parseHex("03e9627965"));
            });
  }

  @Test
  void noCodeIsAnEmptyPayload() {
    ByteBuffer out = ByteBuffer.allocate(125);
    CloseFrame.encode(CloseReason.NONE, out);
    assertThat(out.position()).isZero();
  }

  @Test
  void readsBackWhatItWrites() {
    for (CloseReason reason :
        new CloseReason[] {
          CloseReason.NONE,
          CloseReason.NORMAL,
          CloseReason.of(4999),
          new CloseReason(1000, "x".repeat(123)),
          new CloseReason(3000, "Grüße 天😀")
        }) {
      ByteBuffer out = ByteBuffer.allocate(FrameHeader.MAX_CONTROL_PAYLOAD);
      CloseFrame.encode(reason, out);
      byte[] payload = Buffers.bytes(out.flip());
      Buffers.readable()
          .forEach(
              kind -> {
                ByteBuffer in = kind.of(payload);
                assertThat(CloseFrame.parse(in)).isEqualTo(new CloseFrame.Parsed(reason, null));
                assertThat(in.remaining()).isZero();
              });
    }
  }

  @ParameterizedTest
  @CsvSource({
    "03, BAD_CLOSE_SIZE",
    "0000, BAD_CLOSE_CODE",
    "03e7, BAD_CLOSE_CODE",
    "03ec, BAD_CLOSE_CODE",
    "03ed, BAD_CLOSE_CODE",
    "03ee, BAD_CLOSE_CODE",
    "03f7, BAD_CLOSE_CODE",
    "0bb7, BAD_CLOSE_CODE",
    "1388, BAD_CLOSE_CODE",
    "ffff, BAD_CLOSE_CODE",
    "03e8ff, BAD_CLOSE_PAYLOAD",
    "03e861e5a4, BAD_CLOSE_PAYLOAD",
    "03e8eda080, BAD_CLOSE_PAYLOAD"
  })
  void refusesWhatMayNotBeSent(String hex, WebSocketError error) {
    CloseFrame.Parsed parsed = CloseFrame.parse(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    assertThat(parsed.reason()).isEqualTo(CloseReason.NONE);
    Violation violation = Objects.requireNonNull(parsed.violation());
    assertThat(violation.error()).isEqualTo(error);
    assertThat(violation.detail()).isNotEmpty();
    assertThat(error.closeCode()).isEqualTo(CloseCode.PROTOCOL_ERROR);
  }

  @Test
  void acceptsExactlyTheReceivableCodes() {
    for (int code = 0; code <= 0xFFFF; code++) {
      ByteBuffer payload = ByteBuffer.allocate(2).putShort((short) code).flip();
      boolean valid = CloseFrame.parse(payload).violation() == null;
      if (valid != CloseCode.isAllowedInFrame(code)) {
        throw new AssertionError("code " + code);
      }
    }
  }

  @Test
  void replyRepeatsTheCodeWithoutTheReason() {
    assertThat(CloseFrame.reply(new CloseReason(1001, "bye"))).isEqualTo(CloseReason.of(1001));
    assertThat(CloseFrame.reply(CloseReason.NONE)).isEqualTo(CloseReason.NORMAL);
  }
}
