// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireParserTest {
  private final List<String> seen = new ArrayList<>();

  private WireParser parser() {
    seen.clear();
    return new WireParser(
        new WireParser.Sink() {
          @Override
          public void head(String text) {
            seen.add(text.lines().findFirst().orElseThrow());
          }

          @Override
          public void frame(WireFrame frame) {
            seen.add(frame.toString());
          }
        });
  }

  private static byte[] conversation() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(new byte[] {0x01, (byte) 0x83, 1, 2, 3, 4, 9, 9, 9}); // text, 3 bytes, masked
    bytes.writeBytes(new byte[] {(byte) 0x89, 0}); // ping
    bytes.writeBytes(new byte[] {(byte) 0x80, 126, 0, (byte) 200}); // continuation, 200 bytes
    bytes.writeBytes(new byte[200]);
    bytes.writeBytes(new byte[] {(byte) 0xC2, 127, 0, 0, 0, 0, 0, 1, 0, 0}); // RSV1, 65536 bytes
    bytes.writeBytes(new byte[65536]);
    bytes.writeBytes(
        new byte[] {(byte) 0x88, (byte) 0x82, 1, 2, 3, 4, 0x03 ^ 1, (byte) (0xE9 ^ 2)}); // 1001
    return bytes.toByteArray();
  }

  private static final String[] EXPECTED = {
    "GET / HTTP/1.1",
    "text more masked length=3",
    "ping fin length=0",
    "continuation fin length=200",
    "binary fin rsv=4 length=65536",
    "close fin masked length=2 code=1001"
  };

  @Test
  void everyCutGivesTheSame() {
    byte[] bytes = conversation();
    for (int cut = 0; cut <= bytes.length; cut = cut < 300 ? cut + 1 : cut + 997) {
      WireParser parser = parser();
      parser.follow(ByteBuffer.wrap(bytes), 0, cut);
      parser.follow(ByteBuffer.wrap(bytes), cut, bytes.length);

      assertThat(seen).as("cut at %d", cut).containsExactly(EXPECTED);
      assertThat(parser.bytes()).isEqualTo(bytes.length);
      assertThat(parser.frames()).isEqualTo(5);
    }
  }

  @Test
  void oneByteAtATimeGivesTheSame() {
    byte[] bytes = conversation();
    WireParser parser = parser();
    for (int i = 0; i < bytes.length; i++) {
      parser.follow(ByteBuffer.wrap(bytes), i, i + 1);
    }
    assertThat(seen).containsExactly(EXPECTED);
  }

  @Test
  void interimAnswersPrecedeTheAnswer() {
    byte[] bytes =
        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n\r\n\u0001\0"
            .getBytes(StandardCharsets.ISO_8859_1);

    parser().follow(ByteBuffer.wrap(bytes), 0, bytes.length);

    assertThat(seen)
        .containsExactly(
            "HTTP/1.1 103 Early Hints", "HTTP/1.1 101 Switching Protocols", "text more length=0");
  }

  @Test
  void bodyOfARefusalIsNotTakenForFrames() {
    byte[] bytes = "HTTP/1.1 404 No\r\n\r\n\u0081\0\u0081\0".getBytes(StandardCharsets.ISO_8859_1);

    parser().follow(ByteBuffer.wrap(bytes), 0, bytes.length);

    assertThat(seen).containsExactly("HTTP/1.1 404 No");
  }
}
