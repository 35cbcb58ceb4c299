// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireParserTest {
  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\n\r\n";

  private final List<String> seen = new ArrayList<>();

  private final WireTap.Observer observer =
      new WireTap.Observer() {
        @Override
        public void head(boolean sent, String text) {
          seen.add(text.lines().findFirst().orElseThrow());
        }

        @Override
        public void frame(boolean sent, WireFrame frame) {
          seen.add(frame.toString());
        }

        @Override
        public void incompleteHead(boolean sent, String text) {
          seen.add("incomplete head of " + text.length());
        }

        @Override
        public void incompleteFrame(boolean sent, String description) {
          seen.add("incomplete " + description);
        }
      };

  private WireParser parser(int excerptBytes) {
    seen.clear();
    return new WireParser(true, excerptBytes, observer);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void follow(WireParser parser, byte[] bytes) {
    parser.follow(ByteBuffer.wrap(bytes), 0, bytes.length);
  }

  private static byte[] conversation() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(latin1(REQUEST));
    bytes.writeBytes(new byte[] {0x01, (byte) 0x83, 1, 2, 3, 4, 'a' ^ 1, 'b' ^ 2, 'c' ^ 3});
    bytes.writeBytes(new byte[] {(byte) 0x89, 0}); // ping
    bytes.writeBytes(new byte[] {(byte) 0x80, 126, 0, (byte) 200}); // continuation, 200 bytes
    bytes.writeBytes(new byte[200]);
    bytes.writeBytes(new byte[] {(byte) 0xC2, 127, 0, 0, 0, 0, 0, 1, 0, 0}); // RSV1, 65536 bytes
    bytes.writeBytes(new byte[65536]);
    bytes.writeBytes(new byte[] {(byte) 0x88, (byte) 0x84, 1, 2, 3, 4}); // 1001 and a reason
    bytes.writeBytes(new byte[] {0x03 ^ 1, (byte) (0xE9 ^ 2), 'h' ^ 3, 'o' ^ 4});
    return bytes.toByteArray();
  }

  private static final String[] EXPECTED = {
    "GET / HTTP/1.1",
    "text more masked length=3",
    "ping fin length=0",
    "continuation fin length=200",
    "binary fin rsv=4 length=65536",
    "close fin masked length=4 code=1001"
  };

  private static final String[] EXPECTED_WITH_EXCERPTS = {
    "GET / HTTP/1.1",
    "text more masked length=3 \"abc\"",
    "ping fin length=0",
    "continuation fin length=200 \"\\u{0}\\u{0}\\u{0}\"...",
    "binary fin rsv=4 length=65536 000000...",
    "close fin masked length=4 code=1001 \"h\"..."
  };

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void everyCutGivesTheSame(int excerptBytes) {
    byte[] bytes = conversation();
    for (int cut = 0; cut <= bytes.length; cut = cut < 400 ? cut + 1 : cut + 997) {
      WireParser parser = parser(excerptBytes);
      parser.follow(ByteBuffer.wrap(bytes), 0, cut);
      parser.follow(ByteBuffer.wrap(bytes), cut, bytes.length);
      parser.end();

      assertThat(seen)
          .as("cut at %d", cut)
          .containsExactly(excerptBytes == 0 ? EXPECTED : EXPECTED_WITH_EXCERPTS);
      assertThat(parser.bytes()).isEqualTo(bytes.length);
      assertThat(parser.frames()).isEqualTo(5);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void oneByteAtATimeGivesTheSame(int excerptBytes) {
    byte[] bytes = conversation();
    WireParser parser = parser(excerptBytes);
    for (int i = 0; i < bytes.length; i++) {
      parser.follow(ByteBuffer.wrap(bytes), i, i + 1);
    }
    assertThat(seen).containsExactly(excerptBytes == 0 ? EXPECTED : EXPECTED_WITH_EXCERPTS);
  }

  @Test
  void interimAnswersPrecedeTheAnswer() {
    follow(
        parser(0),
        latin1("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n\r\n\1\0"));

    assertThat(seen)
        .containsExactly(
            "HTTP/1.1 103 Early Hints", "HTTP/1.1 101 Switching Protocols", "text more length=0");
  }

  @Test
  void bodyOfARefusalIsNotTakenForFrames() {
    WireParser parser = parser(0);
    follow(parser, latin1("HTTP/1.1 404 No\r\n\r\n\u0081\0\u0081\0"));
    parser.end();

    assertThat(seen).containsExactly("HTTP/1.1 404 No");
  }

  @Test
  void answersBeforeTheUpgradeArePassedOver() {
    WireParser requests = parser(0);
    WireParser answers = new WireParser(false, 0, observer);
    requests.answeredBy(answers);
    follow(requests, latin1("HEAD /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n" + REQUEST + "\1\0"));
    byte[] bytes =
        latin1(
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" // of the HEAD, so without a body
                + "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n\u0081\0\u0081\0"
                + "HTTP/1.1 101 Switching Protocols\r\n\r\n\u0089\0");
    for (int i = 0; i < bytes.length; i++) {
      answers.follow(ByteBuffer.wrap(bytes), i, i + 1);
    }

    assertThat(seen)
        .containsExactly(
            "HEAD /a HTTP/1.1",
            "GET /b HTTP/1.1",
            "GET / HTTP/1.1",
            "text more length=0",
            "HTTP/1.1 200 OK",
            "HTTP/1.1 200 OK",
            "HTTP/1.1 101 Switching Protocols",
            "ping fin length=0");
  }

  @Test
  void headThatIsAnsweredBeforeItIsWholeIsToldFirst() {
    WireParser requests = parser(0);
    WireParser answers = new WireParser(false, 0, observer);
    requests.answeredBy(answers);
    answers.answeredBy(requests);
    follow(requests, latin1("GET /a HTTP/1.1\r\n\r\nGET /b"));
    follow(answers, latin1("HTTP/1.1 204 No Content\r\n\r\n")); // to the first
    assertThat(seen).containsExactly("GET /a HTTP/1.1", "HTTP/1.1 204 No Content");

    follow(answers, latin1("HTTP/1.1 431 Too Large\r\n\r\n"));
    assertThat(seen)
        .containsExactly(
            "GET /a HTTP/1.1",
            "HTTP/1.1 204 No Content",
            "incomplete head of 6",
            "HTTP/1.1 431 Too Large");
  }

  @Test
  void whatIsIncompleteIsToldAtTheEnd() {
    WireParser head = parser(8);
    follow(head, latin1("GET / HT"));
    head.end();
    head.end();
    assertThat(seen).containsExactly("incomplete head of 8");

    WireParser header = parser(8);
    header.expectFrames();
    follow(header, new byte[] {(byte) 0x81, (byte) 0xFE, 1});
    header.end();
    assertThat(seen).containsExactly("incomplete header 81fe01...");

    WireParser payload = parser(8);
    payload.expectFrames();
    follow(payload, new byte[] {(byte) 0xF1, 5, 'h', 'e', 'l'});
    payload.end();
    follow(payload, new byte[] {'l', 'o', 1, 0});
    assertThat(seen).containsExactly("incomplete text fin rsv=7 length=5 68656c... after 3 bytes");
    assertThat(payload.frames()).isZero();
  }

  @Test
  void headWithoutAnEndIsGivenUp() {
    WireParser parser = parser(0);
    byte[] bytes = latin1("GET / HTTP/1.1\r\n" + "x".repeat(300 << 10) + "\r\n\r\n\1\0");
    follow(parser, bytes);
    parser.end();

    assertThat(seen).containsExactly("incomplete head of " + (256 << 10));
    assertThat(parser.bytes()).isEqualTo(bytes.length);
  }

  /** Its most significant bit must be 0; it is not, and the payload must not be taken for less. */
  @Test
  void lengthBeyondAllBoundsIsPassedOver() {
    WireParser parser = parser(4);
    parser.expectFrames();
    follow(parser, new byte[] {(byte) 0x82, 127, -1, -1, -1, -1, -1, -1, -1, -1, 1, 2, 3, 4, 5});
    assertThat(seen).isEmpty();
    parser.end();

    assertThat(seen)
        .containsExactly(
            "incomplete binary fin length=18446744073709551615 01020304... after 5 bytes");
  }

  @Test
  void fragmentsAreShownAsTheirMessageIs() {
    WireParser parser = parser(8);
    parser.expectFrames();
    follow(parser, new byte[] {0x01, 1, 'a', 0x00, 1, 'b', (byte) 0x8A, 1, 'p'});
    follow(parser, new byte[] {(byte) 0x80, 1, 'c', 0x02, 1, 'd', (byte) 0x80, 1, 'e'});
    follow(parser, new byte[] {0x41, 1, 'f', (byte) 0x80, 1, 'g', (byte) 0x83, 1, 'h'});
    follow(parser, new byte[] {(byte) 0x88, 1, 3});

    assertThat(seen)
        .containsExactly(
            "text more length=1 \"a\"",
            "continuation more length=1 \"b\"",
            "pong fin length=1 70",
            "continuation fin length=1 \"c\"",
            "binary more length=1 64",
            "continuation fin length=1 65",
            "text more rsv=4 length=1 66",
            "continuation fin length=1 67",
            "opcode 3 fin length=1 68",
            "close fin length=1 03");
  }
}
