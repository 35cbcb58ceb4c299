// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpHeadTest {

  private static final int MAX = 1000;

  private static final String REQUEST =
      "GET /chat?room=1 HTTP/1.1\r\nHost: example.com\r\nX:\t a  b \r\nx: \r\nY:caf\u00e9\r\n\r\n";

  private static final String RESPONSE =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

  @Test
  void requestIsReadHoweverItIsCutAndWhatFollowsIsLeft() {
    Cuts.each(
        (REQUEST + "\r\nframes").getBytes(ISO_8859_1),
        pieces -> {
          Scan scan = new Scan(HttpHeadScanner.forRequest(MAX));
          pieces.forEach(scan::feed);
          assertThat(scan.result).isEqualTo(HttpHeadScanner.HEAD);
          UpgradeRequest request = scan.request();
          assertThat(request.method()).isEqualTo("GET");
          assertThat(request.target()).isEqualTo("/chat?room=1");
          assertThat(request.version()).isEqualTo("HTTP/1.1");
          assertThat(request.fields())
              .extracting(HttpFields.Field::toString)
              .containsExactly("Host: example.com", "X: a  b", "x: ", "Y: caf\u00e9");
          assertThat(request.fields().all("x")).isEqualTo(List.of("a  b", ""));
          assertThat(new String(Buffers.bytes(scan.buffered), ISO_8859_1)).isEqualTo("\r\nframes");
        });
  }

  @Test
  void responseIsReadHoweverItIsCut() {
    Cuts.each(
        RESPONSE.getBytes(ISO_8859_1),
        pieces -> {
          Scan scan = new Scan(HttpHeadScanner.forResponse(MAX));
          pieces.forEach(scan::feed);
          assertThat(scan.result).isEqualTo(HttpHeadScanner.HEAD);
          UpgradeResponse response = scan.response();
          assertThat(response.status()).isEqualTo(101);
          assertThat(response.reason()).isEqualTo("Switching Protocols");
          assertThat(response.version()).isEqualTo("HTTP/1.1");
          assertThat(response.fields().first("upgrade")).isEqualTo("websocket");
          assertThat(response.body()).isEmpty();
        });
  }

  @Test
  void buffersOfEveryKindAreReadAlike() {
    Buffers.readable()
        .forEach(
            kind -> {
              ByteBuffer in = kind.of(REQUEST.getBytes(ISO_8859_1));
              int position = in.position();
              HttpHeadScanner scanner = HttpHeadScanner.forRequest(MAX);
              assertThat(scanner.scan(in)).isEqualTo(HttpHeadScanner.HEAD);
              assertThat(in.position()).isEqualTo(position);
              assertThat(scanner.headLength()).isEqualTo(REQUEST.length());
              assertThat(HttpHead.parseRequest(in, scanner.headLength()).violation()).isNull();
              assertThat(in.remaining()).isZero();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 \r\n\r\n",
        "HTTP/1.1 200\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 200 caf\u00e9\tau lait\r\n\r\n"
      })
  void statusLinesOfManyShapesAreRead(String text) {
    Scan scan = new Scan(HttpHeadScanner.forResponse(MAX));
    scan.feed(text.getBytes(ISO_8859_1));
    assertThat(scan.response().status()).isEqualTo(200);
  }

  @Test
  void oneEmptyLineBeforeARequestIsForgiven() {
    Scan scan = new Scan(HttpHeadScanner.forRequest(MAX));
    scan.feed(("\r\n" + REQUEST).getBytes(ISO_8859_1));
    assertThat(scan.request().target()).isEqualTo("/chat?room=1");
    assertThat(violation(HttpHeadScanner.forRequest(MAX), "\r\n\r\n")).isNotNull();
    assertThat(violation(HttpHeadScanner.forResponse(MAX), "\r\n")).isNotNull();
  }

  /** Each text is impossible at its last character, and possible before. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0016", // a TLS handshake
        "\u0080",
        " ",
        "\n",
        "\u0000",
        "GET\t",
        "G\"",
        "GET:",
        "GET\r",
        "\r\nGET\r",
        "SSH-2.0-x\r",
        "GET /\u0000",
        "GET /\u007f",
        "GET /caf\u00e9",
        "GET / HTTP/1.1\n",
        "GET / HTTP/1.1\rH",
        "GET / HTTP/1.1\r\r",
        "GET / HTTP/1.1\r\nHost: a\n",
        "GET / HTTP/1.1\r\nHost: \u0001",
        "GET / HTTP/1.1\r\nHost: \u007f",
        "GET / HTTP/1.1\r\n\n",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      })
  void requestThatCannotBeIsRefusedAtTheFirstByteThatShowsIt(String text) {
    refusedAtTheLastByte(text, true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0015", // a TLS alert
        "\u0016",
        "\r\n",
        "h",
        "HTTP1",
        "HTTP/1.1 200 OK\n",
        "HTTP/1.1 200 \u0000",
        "HTTP/1.1 200 OK\r\nA: \u0008"
      })
  void responseThatCannotBeIsRefusedAtTheFirstByteThatShowsIt(String text) {
    refusedAtTheLastByte(text, false);
  }

  @Test
  void tlsIsNamedInTheDetail() {
    Violation violation = violation(HttpHeadScanner.forRequest(MAX), "\u0016\u0003\u0001");
    assertThat(Objects.requireNonNull(violation).detail()).contains("TLS").contains("0x16");
  }

  @Test
  void headOfTheLimitPassesAndOneByteMoreDoesNot() {
    byte[] request = REQUEST.getBytes(ISO_8859_1);
    Cuts.each(
        request,
        pieces -> {
          Scan fits = new Scan(HttpHeadScanner.forRequest(request.length));
          pieces.forEach(fits::feed);
          assertThat(fits.result).isEqualTo(HttpHeadScanner.HEAD);
          Scan tooLong = new Scan(HttpHeadScanner.forRequest(request.length - 1));
          pieces.forEach(tooLong::feed);
          assertThat(tooLong.error()).isEqualTo(WebSocketError.HEAD_TOO_LARGE);
        });
  }

  @Test
  void fullBufferWithoutAnEndIsTooLargeAtOnce() {
    String head = "GET / HTTP/1.1\r\nA: ";
    Violation violation = violation(HttpHeadScanner.forRequest(100), head + "x".repeat(81));
    assertThat(Objects.requireNonNull(violation).error()).isEqualTo(WebSocketError.HEAD_TOO_LARGE);
    assertThat(violation.detail()).contains("100");
  }

  @Test
  void scannerKnowsWhetherAnythingArrived() {
    HttpHeadScanner scanner = HttpHeadScanner.forRequest(MAX);
    assertThat(scanner.scan(ByteBuffer.allocate(0))).isEqualTo(HttpHeadScanner.NEED_MORE);
    assertThat(scanner.atStart()).isTrue();
    scanner.scan(ByteBuffer.wrap(new byte[] {'G'}));
    assertThat(scanner.atStart()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /\r\n\r\n",
        "GET  HTTP/1.1\r\n\r\n",
        "GET / x HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1 \r\n\r\n",
        "GET / http/1.1\r\n\r\n",
        "GET / HTTP/11\r\n\r\n",
        "GET / HTTP/1.10\r\n\r\n",
        "GET / HTTP/x.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\n: a\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n",
        "GET / HTTP/1.1\r\nA(b): c\r\n\r\n",
        "GET / HTTP/1.1\r\nA\u00e9: c\r\n\r\n"
      })
  void malformedRequestIsAViolation(String text) {
    Scan scan = new Scan(HttpHeadScanner.forRequest(MAX));
    scan.feed(text.getBytes(ISO_8859_1));
    assertThat(scan.result).isEqualTo(HttpHeadScanner.HEAD);
    Violation violation =
        HttpHead.parseRequest(scan.buffered, scan.scanner.headLength()).violation();
    assertThat(Objects.requireNonNull(violation).error())
        .isEqualTo(WebSocketError.BAD_HTTP_MESSAGE);
    assertThat(violation.detail()).isNotEmpty();
    assertThat(scan.buffered.hasRemaining()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1x1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA\r\n\r\n"
      })
  void malformedResponseIsAViolation(String text) {
    Scan scan = new Scan(HttpHeadScanner.forResponse(MAX));
    scan.feed(text.getBytes(ISO_8859_1));
    assertThat(scan.result).isEqualTo(HttpHeadScanner.HEAD);
    Violation violation =
        HttpHead.parseResponse(scan.buffered, scan.scanner.headLength()).violation();
    assertThat(Objects.requireNonNull(violation).error())
        .isEqualTo(WebSocketError.BAD_HTTP_MESSAGE);
  }

  @Test
  void parserAloneNeedsNoScannerToBeSafe() {
    for (String text : List.of("", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n")) {
      ByteBuffer in = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
      assertThat(HttpHead.parseRequest(in, text.length()).violation()).isNotNull();
    }
  }

  @Test
  void encodedMessagesAreReadBack() {
    UpgradeRequest request = UpgradeRequest.get("/x");
    request.fields().add("Host", "a").add("Cookie", "caf\u00e9");
    Scan scan = new Scan(HttpHeadScanner.forRequest(MAX));
    scan.feed(Buffers.bytes(HttpHead.encode(request)));
    assertThat(scan.request().fields()).containsExactlyElementsOf(request.fields());

    UpgradeResponse response =
        new UpgradeResponse(403, "Forbidden", new HttpFields().add("A", "b"), new byte[] {1, 2});
    assertThat(new String(Buffers.bytes(HttpHead.encode(response)), ISO_8859_1))
        .isEqualTo("HTTP/1.1 403 Forbidden\r\nA: b\r\n\r\n\u0001\u0002");
  }

  private static void refusedAtTheLastByte(String text, boolean request) {
    Cuts.each(
        text.getBytes(ISO_8859_1),
        pieces -> {
          Scan scan = new Scan(scanner(request));
          pieces.forEach(scan::feed);
          assertThat(scan.error()).isEqualTo(WebSocketError.BAD_HTTP_MESSAGE);
        });
    assertThat(violation(scanner(request), text.substring(0, text.length() - 1))).isNull();
  }

  private static HttpHeadScanner scanner(boolean request) {
    return request ? HttpHeadScanner.forRequest(MAX) : HttpHeadScanner.forResponse(MAX);
  }

  private static @Nullable Violation violation(HttpHeadScanner scanner, String text) {
    scanner.scan(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
    return scanner.violation();
  }

  private static final class Scan {
    final HttpHeadScanner scanner;
    ByteBuffer buffered = ByteBuffer.allocate(0);
    int result;

    Scan(HttpHeadScanner scanner) {
      this.scanner = scanner;
    }

    void feed(byte[] piece) {
      buffered = Cuts.append(buffered, piece);
      result = scanner.scan(buffered);
    }

    WebSocketError error() {
      assertThat(result).isEqualTo(HttpHeadScanner.VIOLATION);
      return Objects.requireNonNull(scanner.violation()).error();
    }

    UpgradeRequest request() {
      return Objects.requireNonNull(
          HttpHead.parseRequest(buffered, scanner.headLength()).message());
    }

    UpgradeResponse response() {
      return Objects.requireNonNull(
          HttpHead.parseResponse(buffered, scanner.headLength()).message());
    }
  }
}
