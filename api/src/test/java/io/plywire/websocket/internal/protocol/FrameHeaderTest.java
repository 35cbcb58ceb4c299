// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameHeaderTest {

  @ParameterizedTest
  @CsvSource({
    "0, 8200",
    "1, 8201",
    "125, 827d",
    "126, 827e007e",
    "65535, 827effff",
    "65536, 827f0000000000010000",
    "2147483648, 827f0000000080000000",
    "9223372036854775807, 827f7fffffffffffffff"
  })
  void encodesTheShortestForm(long length, String expected) {
    FrameHeader header = header(Opcode.BINARY, true, length);
    assertThat(header.encodedLength()).isEqualTo(expected.length() / 2);
    Buffers.writable().forEach(kind -> assertThat(encode(header, kind)).isEqualTo(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 828012345678",
    "125, 82fd12345678",
    "126, 82fe007e12345678",
    "65536, 82ff000000000001000012345678"
  })
  void putsTheMaskingKeyLast(long length, String expected) {
    FrameHeader header = header(Opcode.BINARY, true, length);
    header.masked = true;
    header.maskingKey = 0x12345678;
    assertThat(header.encodedLength()).isEqualTo(expected.length() / 2);
    Buffers.writable().forEach(kind -> assertThat(encode(header, kind)).isEqualTo(expected));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void putsReservedBitsBesideFin(int rsv) {
    FrameHeader header = header(Opcode.TEXT, false, 0);
    header.rsv = (byte) rsv;
    ByteBuffer out = ByteBuffer.allocate(2);
    header.encode(out);
    assertThat(out.get(0)).isEqualTo((byte) (rsv << 4 | 1));
  }

  @Test
  void longestHeaderFillsTheStatedMaximum() {
    assertThat(FrameHeader.encodedLength(Long.MAX_VALUE, true))
        .isEqualTo(FrameHeader.MAX_HEADER_BYTES);
  }

  @Test
  void printsItsFacts() {
    FrameHeader header = header(Opcode.PING, true, 5);
    header.masked = true;
    assertThat(header).hasToString("ping fin masked length=5");
    assertThat(header.isControl()).isTrue();
  }

  @Test
  void opcodesAreClassedByTheRfc() {
    for (int opcode = 0; opcode < 16; opcode++) {
      boolean known = opcode <= 2 || (opcode >= 8 && opcode <= 10);
      assertThat(Opcode.isReserved(opcode)).as("opcode %d", opcode).isEqualTo(!known);
      assertThat(Opcode.isControl(opcode)).as("opcode %d", opcode).isEqualTo(opcode >= 8);
      assertThat(Opcode.name(opcode).startsWith("reserved")).isEqualTo(!known);
    }
  }

  static FrameHeader header(int opcode, boolean fin, long length) {
    FrameHeader header = new FrameHeader();
    header.opcode = (byte) opcode;
    header.fin = fin;
    header.payloadLength = length;
    return header;
  }

  private static String encode(FrameHeader header, Buffers.Kind kind) {
    ByteBuffer out = kind.room(header.encodedLength());
    int from = out.position();
    header.encode(out);
    assertThat(out.remaining()).isZero();
    assertThat(out.order()).isEqualTo(kind.order());
    return HexFormat.of().formatHex(Buffers.bytes(out.position(from)));
  }
}
