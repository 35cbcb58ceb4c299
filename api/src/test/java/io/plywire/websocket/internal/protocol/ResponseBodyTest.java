// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.websocket.UpgradeResponse;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseBodyTest {

  private static final int MAX = 20;

  @Test
  void contentLengthEndsTheBodyAndLeavesTheRest() {
    UpgradeResponse head = UpgradeResponse.of(401, "Unauthorized");
    head.fields().add("Content-Length", "5");
    Cuts.each(
        "helloXYZ".getBytes(ISO_8859_1),
        pieces -> {
          ResponseBody body = new ResponseBody(head, MAX);
          StringBuilder left = new StringBuilder();
          for (byte[] piece : pieces) {
            ByteBuffer in = ByteBuffer.wrap(piece);
            body.decode(in);
            left.append(new String(Buffers.bytes(in), ISO_8859_1));
          }
          assertThat(body.decode(ByteBuffer.allocate(0))).isEqualTo(ResponseBody.DONE);
          assertThat(body.response().bodyText()).isEqualTo("hello");
          assertThat(body.response().isBodyComplete()).isTrue();
          assertThat(left).hasToString("XYZ");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5\r\nhello\r\n0\r\n\r\n",
        "1\r\nh\r\n4 ; name=value\r\nello\r\n0\r\n\r\n",
        "0005\r\nhello\r\n000;x\r\nTrailer: a\r\nOther: b\r\n\r\n",
        "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
      })
  void chunksAreJoined(String wire) {
    Cuts.each(
        wire.getBytes(ISO_8859_1),
        pieces -> {
          ResponseBody body = new ResponseBody(chunked("chunked"), MAX);
          int result = ResponseBody.NEED_MORE;
          for (byte[] piece : pieces) {
            result = body.decode(ByteBuffer.wrap(piece));
          }
          assertThat(result).isEqualTo(ResponseBody.DONE);
          assertThat(body.response().bodyText()).isEqualTo("hello");
          assertThat(body.response().isBodyComplete()).isTrue();
        });
  }

  @ParameterizedTest
  @CsvSource({"chunked, 1", "'gzip, chunked', 1", "CHUNKED, 1", "gzip, 0", "xchunked, 0"})
  void onlyAFinalChunkedCodingFramesTheBody(String coding, int done) {
    ResponseBody body = new ResponseBody(chunked(coding), MAX);
    assertThat(body.decode(ascii("1\r\nx\r\n0\r\n\r\n"))).isEqualTo(done);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\r\n",
        "\r\n",
        "-1\r\n",
        "1\nx",
        "1\r\nxy\r\n",
        "1\r\nx\n",
        "ffffffffffffffff\r\n",
        "0x1\r\n"
      })
  void brokenChunksEndTheBody(String wire) {
    ResponseBody body = new ResponseBody(chunked("chunked"), MAX);
    assertThat(body.decode(ascii(wire))).isEqualTo(ResponseBody.DONE);
    assertThat(body.response().isBodyComplete()).isFalse();
    assertThat(body.response().bodyText()).isIn("", "x");
  }

  @Test
  void endlessLinesAndTrailersEndTheBody() {
    ResponseBody line = new ResponseBody(chunked("chunked"), MAX);
    assertThat(line.decode(ascii("1;" + "x".repeat(5000)))).isEqualTo(ResponseBody.DONE);
    ResponseBody trailers = new ResponseBody(chunked("chunked"), MAX);
    assertThat(trailers.decode(ascii("0\r\n" + "a: b\r\n".repeat(1000))))
        .isEqualTo(ResponseBody.DONE);
    assertThat(trailers.response().isBodyComplete()).isFalse();
  }

  @Test
  void withoutFramingTheEndOfStreamEndsTheBody() {
    ResponseBody body = new ResponseBody(UpgradeResponse.of(500, ""), MAX);
    assertThat(body.decode(ascii("hel"))).isEqualTo(ResponseBody.NEED_MORE);
    assertThat(body.decode(ascii("lo"))).isEqualTo(ResponseBody.NEED_MORE);
    body.endOfStream();
    assertThat(body.decode(ascii("more"))).isEqualTo(ResponseBody.DONE);
    assertThat(body.response().bodyText()).isEqualTo("hello");
    assertThat(body.response().isBodyComplete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 9", "Transfer-Encoding: chunked"})
  void earlyEndOfStreamTruncates(String field) {
    ResponseBody body = new ResponseBody(with(field), MAX);
    body.decode(ascii("5\r\nhel"));
    body.endOfStream();
    assertThat(body.response().isBodyComplete()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 21", "Transfer-Encoding: chunked", "X: y"})
  void bodyBeyondTheLimitIsCutOff(String field) {
    byte[] wire =
        (field.contains("chunked") ? "15\r\n" : "")
            .concat("123456789012345678901")
            .getBytes(ISO_8859_1);
    Cuts.each(
        wire,
        pieces -> {
          ResponseBody body = new ResponseBody(with(field), MAX);
          pieces.forEach(piece -> body.decode(ByteBuffer.wrap(piece)));
          assertThat(body.decode(ByteBuffer.allocate(0))).isEqualTo(ResponseBody.DONE);
          assertThat(body.response().isBodyComplete()).isFalse();
          assertThat(body.response().bodyText()).isEqualTo("12345678901234567890");
        });
  }

  @Test
  void bodyOfExactlyTheLimitIsWhole() {
    ResponseBody body = new ResponseBody(with("Content-Length: 20"), MAX);
    assertThat(body.decode(ascii("x".repeat(20)))).isEqualTo(ResponseBody.DONE);
    assertThat(body.response().isBodyComplete()).isTrue();
  }

  @Test
  void someResponsesHaveNoBody() {
    for (int status : new int[] {101, 204, 304}) {
      ResponseBody body = new ResponseBody(UpgradeResponse.of(status, ""), MAX);
      ByteBuffer in = ascii("frames");
      assertThat(body.decode(in)).isEqualTo(ResponseBody.DONE);
      assertThat(in.remaining()).isEqualTo(6);
    }
    assertThat(new ResponseBody(with("Content-Length: 0"), MAX).decode(ByteBuffer.allocate(0)))
        .isEqualTo(ResponseBody.DONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: -1", "Content-Length: 5, 6", "Content-Length: x"})
  void badContentLengthMeansNoBody(String field) {
    ResponseBody body = new ResponseBody(with(field), MAX);
    assertThat(body.decode(ascii("hello"))).isEqualTo(ResponseBody.DONE);
    assertThat(body.response().isBodyComplete()).isFalse();
  }

  private static UpgradeResponse chunked(String coding) {
    return with("Transfer-Encoding: " + coding);
  }

  private static UpgradeResponse with(String field) {
    UpgradeResponse head = UpgradeResponse.of(400, "Bad Request");
    int colon = field.indexOf(':');
    head.fields().add(field.substring(0, colon), field.substring(colon + 1));
    return head;
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
  }
}
