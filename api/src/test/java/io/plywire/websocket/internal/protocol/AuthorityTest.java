// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {

  @ParameterizedTest
  @CsvSource({
    "Example.COM, example.com, -1",
    "example.com:8080, example.com, 8080",
    "example.com:, example.com, -1",
    "127.0.0.1:0, 127.0.0.1, 0",
    "[::1], [::1], -1",
    "[FE80::1%25eth0]:65535, [fe80::1%25eth0], 65535"
  })
  void hostAndPortAreTakenApart(String text, String host, int port) {
    assertThat(Authority.parse(text)).isEqualTo(new Authority(host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":80",
        "a:b",
        "a:65536",
        "a:123456",
        "a:-1",
        "a:80:80",
        "a b",
        "a/b",
        "user@a",
        "a,b",
        "a?b",
        "a#b",
        "a\\b",
        "[]",
        "[::1",
        "[::1]x",
        "[::1]:x",
        "::1",
        "caf\u00e9",
        "a\r\nb"
      })
  void otherTextsAreNoAuthority(String text) {
    assertThat(Authority.parse(text)).isNull();
  }
}
