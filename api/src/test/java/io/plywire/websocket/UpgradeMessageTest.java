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
