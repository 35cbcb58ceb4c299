// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Basic s3cret",
        "Proxy-Authorization: s3cret",
        "COOKIE: a=s3cret",
        "Set-Cookie: a=s3cret; Path=/",
        "X-Api-Key: s3cret",
        "X-Amz-Security-Token:s3cret",
        "X-Access-Key : s3cret",
        "Session-Id: s3cret",
        "Location: ws://host/?access_token=s3cret&x=1",
        "GET /chat?x=1&api_key=s3cret HTTP/1.1",
        "GET ws://user:s3cret@host/ HTTP/1.1",
        "X-Other: eyJhbGciOi.eyJzdWIi.s3cret",
        "Sec-WebSocket-Protocol: access_token, s3cret",
        "Sec-WebSocket-Protocol: base64url.bearer.authorization.s3cret, chat",
        "Sec-WebSocket-Protocol: chat, s3cretxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "Authorization: Bearer\r\n s3cret\r\n\ts3cret",
        "Authorization: Basic \rs3cret"
      })
  void secretsAreHidden(String head) {
    assertThat(Redaction.ofHead(head + "\r\n\r\n"))
        .noneMatch(line -> line.contains("s3cret"))
        .anyMatch(line -> line.contains("***"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /chat?room=1&x=2 HTTP/1.1",
        "Host: example.com:8080",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "Sec-WebSocket-Protocol: v1.graphql-transport-ws, chat",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
        "Location: https://host/login",
        "Date: Sun, 06 Nov 1994 08:49:37 GMT"
      })
  void whatIsNoSecretIsShown(String line) {
    assertThat(Redaction.ofHead(line)).containsExactly(line);
  }

  @Test
  void linesAreKeptApartAndPrintable() {
    assertThat(Redaction.ofHead("HTTP/1.1 200 \u001b[31mOK\r\nX-A: 1\n 2\r\nX-B: \u0085\r\n\r\n"))
        .containsExactly("HTTP/1.1 200 ?[31mOK", "X-A: 1", " 2", "X-B: ?");
  }

  @ParameterizedTest
  @CsvSource({
    "no URL at all, no URL at all",
    "cannot reach wss://a:b@host/?sig=1&n=2: refused, cannot reach wss://***@host/?sig=***&n=2: refused",
    "try --proxy http://USER:PASSWORD@HOST, try --proxy http://USER:PASSWORD@HOST",
    "mail to a@b.example, mail to a@b.example",
    "'?cost=$1&key=$2', '?cost=$1&key=***'"
  })
  void textsMayHoldUrls(String text, String shown) {
    assertThat(Redaction.ofText(text)).isEqualTo(shown);
  }

  /** What strangers send must not make a pattern try everything with everything. */
  @ParameterizedTest
  @ValueSource(strings = {"x-key", "cookie", "?a", "&", "://", "eyJ", "eyJaaaaa.", "x-", " ", ":"})
  void takesItsTimeWithLongLines(String piece) {
    String line = piece.repeat((64 << 10) / piece.length());
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          Redaction.ofHead("GET /" + line);
          Redaction.ofHead(line + ": value");
          Redaction.ofHead("Sec-WebSocket-Protocol: " + line);
        });
  }
}
