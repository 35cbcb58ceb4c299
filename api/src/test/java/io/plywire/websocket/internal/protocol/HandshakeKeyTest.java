// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeKeyTest {

  private static final String SAMPLE = "dGhlIHNhbXBsZSBub25jZQ==";

  @Test
  void answersTheSampleOfTheRfc() {
    assertThat(HandshakeKey.accept(SAMPLE)).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assertThat(HandshakeKey.isValid(SAMPLE)).isTrue();
  }

  @Test
  void freshKeysAreValidAndDiffer() {
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      String key = HandshakeKey.random();
      assertThat(HandshakeKey.isValid(key)).isTrue();
      assertThat(Base64.getDecoder().decode(key)).hasSize(16);
      keys.add(key);
    }
    assertThat(keys).hasSize(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "==",
        "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZQ=",
        "dGhlIHNhbXBsZSBub25jZQ===",
        "dGhlIHNhbXBsZSBub25jZR==", // spare bits are not zero
        "dGhlIHNhbXBsZSBub25j",
        "dGhlIHNhbXBsZSBub25jZSE=", // 17 bytes
        "dGhlIHNhbXBsZSBub25jZSEh", // 18 bytes
        "dGhlIHNhbXBsZSBub2-jZQ==",
        "dGhlIHNhbXBsZSBub 5jZQ==",
        "dGhlIHNhbXBs=SBub25jZQ==",
        "dGhlIHNhbXBsZSBub2\u00e95jZQ=="
      })
  void otherThanSixteenBytesInCanonicalBase64IsInvalid(String key) {
    assertThat(HandshakeKey.isValid(key)).isFalse();
  }
}
