// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8CodingTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "?", "what?", "é", "é?", "日本語", "日本語?", "😀", "?😀?", "\uFFFF", "\u0000"})
  void textsGoThereAndBack(String text) {
    ByteBuffer encoded = Utf8.encode(text);
    byte[] bytes = new byte[encoded.remaining()];
    encoded.duplicate().get(bytes);
    assertThat(bytes).isEqualTo(text.getBytes(UTF_8));
    assertThat(Utf8.decode(encoded)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\uD800",
        "\uDFFF",
        "?\uD800",
        "\uDC00\uD800",
        "ascii \uD800 ascii",
        "ascii \uD800",
        "é\uDC00",
        "日本語\uDBFF",
        "😀\uD83D",
        "\uD83D😀"
      })
  void singleSurrogatesAreRefused(String text) {
    assertThatThrownBy(() -> Utf8.encode(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the text has a surrogate without its partner");
  }

  @Test
  void buffersOfEveryKindAreDecodedAlikeAndLeftAlone() {
    String text = "aé天😀".repeat(100);
    Buffers.readable()
        .forEach(
            kind -> {
              ByteBuffer buffer = kind.of(text.getBytes(UTF_8));
              ByteBuffer before = buffer.duplicate();
              assertThat(Utf8.decode(buffer)).isEqualTo(text);
              assertThat(buffer.position()).isEqualTo(before.position());
              assertThat(buffer.limit()).isEqualTo(before.limit());
            });
  }
}
