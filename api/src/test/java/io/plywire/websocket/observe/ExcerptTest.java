// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExcerptTest {
  private static String quoted(String hex, boolean cut) {
    return Excerpt.quoted(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), cut);
  }

  @Test
  void textIsCutAtAWholeCharacter() {
    byte[] bytes = "x\u00e9\u4e16\ud83d\ude80".getBytes(StandardCharsets.UTF_8);
    String[] expected = {"", "x", "x", "x\u00e9", "x\u00e9", "x\u00e9", "x\u00e9\u4e16"};
    for (int length = 0; length < bytes.length; length++) {
      assertThat(Excerpt.quoted(ByteBuffer.wrap(bytes, 0, length), true))
          .as("%d bytes", length)
          .isEqualTo('"' + expected[Math.min(length, 6)] + "\"...");
    }
    assertThat(Excerpt.quoted(ByteBuffer.wrap(bytes), false))
        .isEqualTo("\"x\u00e9\u4e16\ud83d\ude80\"");
  }

  @ParameterizedTest
  @CsvSource({
    "610a0d09, 'a\\n\\r\\t'", // whatever a terminal would do
    "1b5b324a, '\\u{1b}[2J'",
    "c285, '\\u{85}'",
    "e280a8, '\\u{2028}'",
    "e280ae61, '\\u{202e}a'", // right to left
    "225c, '\\\"\\\\'",
    "61ff62, 'a\\xffb'",
    "eda080, '\\xed\\xa0\\x80'", // a surrogate
    "e4b8, '\\xe4\\xb8'", // the frame ends within a character
    "b861, '\\xb8a'" // or begins there
  })
  void whatCannotBePrintedIsEscaped(String hex, String expected) {
    assertThat(quoted(hex, false)).isEqualTo('"' + expected + '"');
  }
}
