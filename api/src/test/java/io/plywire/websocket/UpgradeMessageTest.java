// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.stream.ErrorCondition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpgradeMessageTest {

  @Test
  void requestOfAnotherLibraryIsTakenOver() {
    UpgradeRequest request =
        UpgradeRequest.of("GET", "/a?b", "HTTP/1.1", Map.of("X", List.of("1", "2")));
    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.target()).isEqualTo("/a?b");
    assertThat(request.version()).isEqualTo("HTTP/1.1");
    assertThat(request.fields().all("x")).containsExactly("1", "2");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // in the request line, target, authority, path as sent, path, query
        "/p?q, /p?q, from.host, /p, /p, q",
        "/, /, from.host, /, /, -",
        "/a%2Fb%252F%C3%BC?, /a%2Fb%252F%C3%BC?, from.host, /a%2Fb%252F%C3%BC, /a/b%2F\u00fc, ''",
        "/50%/%zz/%F, /50%/%zz/%F, from.host, /50%/%zz/%F, /50%/%zz/%F, -",
        "/%FF+, /%FF+, from.host, /%FF+, /\ufffd+, -",
        "/p?a?b, /p?a?b, from.host, /p, /p, a?b",
        "/p?u=ws://x/y, /p?u=ws://x/y, from.host, /p, /p, u=ws://x/y",
        "ws://to.host/p?q, /p?q, to.host, /p, /p, q",
        "WSS://to.host:81, /, to.host:81, /, /, -",
        "https://[::1]:81?q, /?q, [::1]:81, /, /, q",
        "http://to.host//p, //p, to.host, //p, //p, -",
        // none of them is one of an upgrade, and stays what it is
        "*, *, from.host, *, *, -",
        "localhost:80, localhost:80, from.host, localhost:80, localhost:80, -",
        "?q, ?q, from.host, '', '', q",
        "ws:///p, ws:///p, from.host, ws:///p, ws:///p, -",
        "ftp://h/p, ftp://h/p, from.host, ftp://h/p, ftp://h/p, -",
      })
  void targetIsTakenApart(
      String line, String target, String authority, String rawPath, String path, String rawQuery) {
    UpgradeRequest request = UpgradeRequest.get(line);
    request.fields().add("Host", "from.host");
    assertThat(request.target()).isEqualTo(target);
    assertThat(request.authority()).isEqualTo(authority);
    assertThat(request.rawPath()).isEqualTo(rawPath);
    assertThat(request.path()).isEqualTo(path);
    assertThat(request.rawQuery()).isEqualTo(rawQuery);
  }

  @Test
  void parametersAreToldApartAndThenDecodedOnce() {
    UpgradeRequest request =
        UpgradeRequest.get("/?room=a%26b%3Dc&x=1+2%2B3&&room=%2525&flag&=v&%C3%BC=%C3%BC&e=a=b");
    assertThat(request.queryParameters())
        .containsExactly(
            Map.entry("room", List.of("a&b=c", "%25")),
            Map.entry("x", List.of("1 2+3")),
            Map.entry("flag", List.of("")),
            Map.entry("", List.of("v")),
            Map.entry("\u00fc", List.of("\u00fc")),
            Map.entry("e", List.of("a=b")));
    assertThat(request.queryParameter("room")).isEqualTo("a&b=c");
    assertThat(request.queryParameter("Room")).isNull();
    assertThat(UpgradeRequest.get("/").queryParameters()).isEmpty();
    assertThat(UpgradeRequest.get("/").authority()).isNull();
  }

  @Test
  void messagesPrintNoSecrets() {
    UpgradeRequest request = UpgradeRequest.get("/a?token=hunter2");
    request.fields().add("Cookie", "hunter2");
    assertThat(request.toString()).startsWith("GET /a?*** HTTP/1.1").doesNotContain("hunter2");
    UpgradeResponse response =
        new UpgradeResponse(
            401, "No", new HttpFields().add("Set-Cookie", "hunter2"), "hunter2".getBytes());
    assertThat(response.toString()).startsWith("HTTP/1.1 401 No").doesNotContain("hunter2");
  }

  @ParameterizedTest
  @CsvSource({
    "'', /, HTTP/1.1",
    "'G T', /, HTTP/1.1",
    "GET, '', HTTP/1.1",
    "GET, '/ a', HTTP/1.1",
    "GET, '/\u00e9', HTTP/1.1",
    "GET, /, HTTP/11",
    "GET, /, HTTP/1.1.",
    "GET, /, http/1.1",
    "GET, /, 'HTTP/1.1 '"
  })
  void requestLineIsOneLine(String method, String target, String version) {
    assertThatThrownBy(() -> new UpgradeRequest(method, target, version, new HttpFields()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 99, 1000})
  void statusHasThreeDigits(int status) {
    assertThatThrownBy(() -> UpgradeResponse.of(status, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("" + status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX: y", "\n", "\u0000", "\u0100"})
  void reasonPhraseIsOneLine(String reason) {
    assertThatThrownBy(() -> UpgradeResponse.of(200, reason))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bodyIsTheResponsesOwn() {
    byte[] bytes = {'h', 'i', (byte) 0xFF};
    UpgradeResponse response = new UpgradeResponse(400, "", new HttpFields(), bytes);
    bytes[0] = 'x';
    response.body()[1] = 'x';
    assertThat(response.bodyText()).isEqualTo("hi\ufffd");
  }

  @ParameterizedTest
  @EnumSource(WebSocketError.class)
  void everyErrorIsDocumentedAndItsCodesAreLegal(WebSocketError error) {
    if (error.section() == null) { // what no standard knows is not blamed on one
      assertThat(error.condition()).isIn(ErrorCondition.USER_CODE, ErrorCondition.LIMIT_EXCEEDED);
    } else {
      assertThat(error.section()).matches("RFC \\d+ §[\\d.]+");
    }
    assertThat(error.description()).isNotEmpty().doesNotEndWith(".");
    if (error.closeCode() != 0) {
      assertThat(CloseCode.isAllowedInFrame(error.closeCode())).isTrue();
    }
    switch (error.condition()) {
      case PROTOCOL_VIOLATION -> assertThat(error.closeCode()).isIn(1002, 1007);
      case HANDSHAKE_FAILED -> assertThat(error.closeCode()).isZero();
      case LIMIT_EXCEEDED -> assertThat(error.closeCode() + error.httpStatus()).isIn(0, 1009, 431);
      case CLOSED -> assertThat(error.httpStatus() + error.closeCode()).isZero();
      case USER_CODE -> assertThat(error.closeCode()).isIn(0, 1011);
    }
  }
}
