// SPDX-License-Identifier: Apache-2.0
package io.plywire.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // uri, transport, secure, address, port, target, Host field
        "ws://example.com, ws, false, example.com, 80, /, example.com",
        "ws://example.com:80/chat, ws, false, example.com, 80, /chat, example.com",
        "wss://example.com/, ws, true, example.com, 443, /, example.com",
        "wss://example.com:80/, ws, true, example.com, 80, /, example.com:80",
        "WS://Example.com:8080/a%20b?q=1&r=%2F, ws, false, Example.com, 8080, /a%20b?q=1&r=%2F,"
            + " Example.com:8080",
        "ws://example.com?q, ws, false, example.com, 80, /?q, example.com",
        "ws://[::1]:9000/x, ws, false, ::1, 9000, /x, [::1]:9000",
        "ws+unix:/run/app.sock, ws+unix, false, /run/app.sock, -1, /, localhost",
        "ws+unix:///run/app.sock:/chat, ws+unix, false, /run/app.sock, -1, /chat, localhost",
        "wss+unix:/run/app.sock:/chat?q=1, ws+unix, true, /run/app.sock, -1, /chat?q=1, localhost",
        "ws+memory://room_1/x, ws+memory, false, room_1, -1, /x, room_1",
        "wss+memory://a, ws+memory, true, a, -1, /, a",
        "ws+other://host:7/x, ws+other, false, host, 7, /x, host:7",
      })
  void everyFormOfUriIsTakenApart(
      String uri,
      String transport,
      boolean secure,
      String address,
      int port,
      String target,
      String hostField) {
    Endpoint endpoint = Endpoint.parse(uri);
    assertThat(endpoint).isEqualTo(new Endpoint(transport, secure, address, port, target));
    assertThat(endpoint.hostField()).isEqualTo(hostField);
    assertThat(Endpoint.parse(endpoint.toString())).as(endpoint.toString()).isEqualTo(endpoint);
  }

  @ParameterizedTest
  @CsvSource({
    "example.com, scheme",
    "http://example.com, http",
    "ws:///path, host",
    "ws://user:secret@example.com/, user information",
    "ws://example.com/#part, fragment",
    "ws+unix:relative.sock, absolute",
    "ws+unix:/run/a.sock:chat, '/'",
    "ws://example.com:70000/, 70000",
    "ws://exa mple.com/, exa mple",
  })
  void whatIsNoEndpointIsRefusedWithTheReason(String uri, String reason) {
    assertThatThrownBy(() -> Endpoint.parse(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void portOfAAcceptorReplacesZero() {
    assertThat(Endpoint.parse("ws://localhost:0/").withPort(4711))
        .hasToString("ws://localhost:4711/");
  }
}
