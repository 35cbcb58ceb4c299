// SPDX-License-Identifier: Apache-2.0
package io.plywire.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {
  /** Errors are logged, and whoever reads the log need not know a password. */
  @Test
  void passwordIsNotQuoted() {
    assertThatThrownBy(() -> Endpoint.parse("ws://user:secret@example.com/a@b"))
        .hasMessageContaining("'ws://…@example.com/a@b'")
        .hasMessageContaining("Authorization")
        .message()
        .doesNotContain("secret", "user:");
  }

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
        // what is sent stays as it is written, percent signs included
        "ws+unix:/s:/a%2Fb%3Fc?d=%26e, ws+unix, false, /s, -1, /a%2Fb%3Fc?d=%26e, localhost",
        "ws+unix:/run/a%3Ab%20c.sock:/%3A, ws+unix, false, /run/a:b c.sock, -1, /%3A, localhost",
        "ws+unix:/100%25:/100%25?a:b, ws+unix, false, /100%, -1, /100%25?a:b, localhost",
        "ws+unix:C%3A%5Capp.sock, ws+unix, false, C:\\app.sock, -1, /, localhost",
        // outside ASCII: RFC 3987 section 3.1 for what is sent, RFC 3490 for hosts
        "ws://h/\u00fc?q=\u65e5\u672c, ws, false, h, 80, /%C3%BC?q=%E6%97%A5%E6%9C%AC, h",
        "ws://h/\ud83d\ude00, ws, false, h, 80, /%F0%9F%98%80, h",
        "ws+unix:/\u00fc:/\u00fc, ws+unix, false, /\u00fc, -1, /%C3%BC, localhost",
        "ws+memory://r\u00e4um, ws+memory, false, r\u00e4um, -1, /, r%C3%A4um",
        "ws+memory://a%20b:7, ws+memory, false, a b, 7, /, a%20b:7",
        "ws+memory://room_1:7, ws+memory, false, room_1, 7, /, room_1:7",
        "wss://b\u00fccher.example, ws, true, xn--bcher-kva.example, 443, /, xn--bcher-kva.example",
        "ws://b%C3%BCcher.example, ws, false, xn--bcher-kva.example, 80, /, xn--bcher-kva.example",
        "ws://B\u00dcCHER\u3002example, ws, false, xn--bcher-kva.example, 80, /,"
            + " xn--bcher-kva.example",
        "ws://my_host:81, ws, false, my_host, 81, /, my_host:81",
        "ws://-a.b-.7f3a9c., ws, false, -a.b-.7f3a9c., 80, /, -a.b-.7f3a9c.",
        // zones: as systems print them, and as RFC 6874 has them; none is sent
        "ws://[::1%lo]:9000/, ws, false, ::1%lo, 9000, /, [::1]:9000",
        "ws://[fe80::1%25eth0]/, ws, false, fe80::1%eth0, 80, /, [fe80::1]",
        "ws://[fe80::1%br-1_a.2]/, ws, false, fe80::1%br-1_a.2, 80, /, [fe80::1]",
        "ws://[fe80::1%25]/, ws, false, fe80::1%25, 80, /, [fe80::1]",
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
    "ws://host/a b, U+0020 at index 11",
    "ws://host/a b, written %20",
    "ws://host/%zz, not followed by two hex digits",
    "'ws://host/{', written %7B",
    "ws://host:port/, port 'port' is no number",
    "ws://::1:80/, brackets",
    "ws://[::1/, ]",
    "ws://[x]/, no IPv6 address",
    "ws://[::1%]/, no IPv6 address",
    "ws://a!b.example/, U+0021",
    "ws://a\uff0fb.example/, U+FF0F",
    "ws://a%2Fb.example/, U+002F",
    "ws://a..b/, between two dots",
    "ws://127.1/, ends in a number",
    "ws://256.0.0.1/, ends in a number",
    "ws://h/\ud800, U+D800 has no partner",
    "ws+unix:/run/a.sock:chat, ws+unix:/run/a.sock:chat' is not",
    "ws+unix:/run/a.sock?q, %3F",
    "ws+unix:/run/%00, U+0000",
    "ws+unix:/run/%FF, not UTF-8",
    "ws+memory://, no host",
    "ws+memory:name, no host",
  })
  void whatIsNoEndpointIsRefusedWithTheReason(String uri, String reason) {
    assertThatThrownBy(() -> Endpoint.parse(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "ws, host, -1, /, no port",
    "ws+unix, /a, 1, /, no meaning",
    "ws+unix, a, -1, /, absolute",
    "ws, host, 80, '/a b', %20",
    "ws, host, 80, '/a#b', %23",
    "ws, host, 80, /\ud800, no partner",
    "ws, a/b, 80, /, U+002F",
    "ws+memory, '', -1, /, no host",
    "ws+Memory, a, -1, /, lower case",
    "wss, a, 80, /, wss",
    "http, a, 80, /, http",
  })
  void partsThatCannotBeAreRefused(
      String transport, String address, int port, String target, String reason) {
    assertThatThrownBy(() -> new Endpoint(transport, false, address, port, target))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void hostIsWithoutPortAndZone() {
    assertThat(Endpoint.parse("wss://[fe80::1%25eth0]:81/").host()).isEqualTo("fe80::1");
    assertThat(Endpoint.parse("wss://my_host:81/").host()).isEqualTo("my_host");
    assertThat(Endpoint.parse("wss+unix:/a").host()).isEqualTo("localhost");
  }

  @Test
  void uriOfTheJdkIsTakenAsItIsWritten() throws Exception {
    assertThat(Endpoint.of(new URI("ws", null, "h", 81, "/a b\u00fc", "q=%", null)))
        .isEqualTo(new Endpoint("ws", false, "h", 81, "/a%20b%C3%BC?q=%25"));
  }

  @Test
  void portOfAAcceptorReplacesZero() {
    assertThat(Endpoint.parse("ws://localhost:0/").withPort(4711))
        .hasToString("ws://localhost:4711/");
  }
}
