// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Role;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Reads;
import io.plywire.tests.support.Received;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.WebSocketError;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text is checked as it arrives, and fails at the first byte that cannot be right. */
class Utf8Test {
  private static Frame text(byte... bytes) {
    return new Frame(true, 0, 1, false, bytes);
  }

  /** The bytes up to the impossible one, which is the last; more is announced and never sent. */
  @ParameterizedTest
  @CsvSource({
    "61ff",
    "6180",
    "61c0",
    "61c328",
    "61e080",
    "61eda0",
    "61e282ff",
    "61f08f",
    "61f490",
    "61f5",
    "61f09f9841",
    "ceba e1bdb9 cf83 cebc ceb5 f490"
  })
  void failsAtTheFirstImpossibleByte(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    for (Role role : Role.values()) {
      for (int firstFrame = 0; firstFrame < bytes.length; firstFrame++) {
        try (Opened o = Opened.as(role)) {
          Received read = o.h.read(o.stream);
          byte[] tail = Arrays.copyOfRange(bytes, firstFrame, bytes.length);
          byte[] last = o.encode(text(Arrays.copyOf(tail, 100)).withOpcode(firstFrame > 0 ? 0 : 1));
          byte[] start = Arrays.copyOf(last, last.length - 100 + tail.length);
          if (firstFrame > 0) {
            o.receive(text(Arrays.copyOf(bytes, firstFrame)).notFinal(), Frame.ping("between"));
          }
          o.receive(Arrays.copyOf(start, start.length - 1));
          read.handler.assertPending();
          assertThat(o.briefs()).doesNotContain("CLOSE(2)");
          o.receive(new byte[] {start[start.length - 1]});
          assertThat(o.sentCloseCode()).isEqualTo(1007);
          o.peer.stop();
          o.h.run();
          read.handler.assertFailed(WebSocketError.BAD_FRAME_PAYLOAD);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cutOffCodePointFailsAtTheEndOfTheMessage(boolean inPieces) {
    try (Opened o = Opened.as(Role.SERVER)) {
      ByteBuffer target = ByteBuffer.allocate(100);
      Recorded<Long> read =
          inPieces ? Reads.some(o.h, o.stream, target) : Reads.whole(o.h, o.stream, target);
      o.receive(text((byte) 'A', (byte) 0xC3).notFinal());
      if (inPieces) {
        assertThat(read.result()).isEqualTo(2);
        read = Reads.some(o.h, o.stream, target);
      }
      o.receive(Frame.continuation(""));
      o.peer.stop();
      o.h.run();
      read.assertFailed(WebSocketError.BAD_FRAME_PAYLOAD);
      assertThat(o.sentCloseCode()).isEqualTo(1007);
    }
  }

  @Test
  void codePointsMayBeCutAnywhere() {
    byte[] smile = "\ud83d\ude00".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try (Opened o = Opened.as(Role.CLIENT)) {
      Received read = o.h.read(o.stream);
      for (int i = 0; i < smile.length; i++) {
        Frame piece = text(smile[i]).withOpcode(i == 0 ? 1 : 0);
        o.receive(i < 3 ? piece.notFinal() : piece);
      }
      assertThat(read.text()).isEqualTo("\ud83d\ude00");
    }
  }

  @Test
  void validatorStartsAfreshWithEachMessage() {
    try (Opened o = Opened.as(Role.CLIENT)) {
      Received binary = o.h.read(o.stream);
      o.receive(Frame.binary(new byte[] {(byte) 0xC3}));
      binary.handler.result();
      Received text = o.h.read(o.stream);
      o.receive(Frame.text("fine"));
      assertThat(text.text()).isEqualTo("fine");
      ByteBuffer tiny = ByteBuffer.allocate(1);
      String umlauts = "\u00fc\u00e4";
      o.receive(Frame.text(umlauts));
      ByteBuffer all = ByteBuffer.allocate(10);
      do {
        Recorded<Long> some = Reads.some(o.h, o.stream, tiny.clear());
        o.h.run();
        some.result();
        all.put(tiny.flip());
      } while (!o.stream.receivedMessageDone());
      assertThat(Reads.text(all)).isEqualTo(umlauts);
    }
  }

  @Test
  void largeTextInPlaceIsChecked() {
    byte[] bytes = new byte[100_000];
    Arrays.fill(bytes, (byte) 'x');
    bytes[90_000] = (byte) 0xFF;
    for (Role role : Role.values()) {
      try (Opened o = Opened.as(role)) {
        Recorded<Long> read = Reads.whole(o.h, o.stream, ByteBuffer.allocateDirect(100_000));
        o.receive(text(bytes));
        o.peer.stop();
        o.h.run();
        read.assertFailed(WebSocketError.BAD_FRAME_PAYLOAD);
        assertThat(o.sentCloseCode()).isEqualTo(1007);
      }
    }
  }
}
