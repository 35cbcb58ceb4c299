// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloseReasonTest {

  @Test
  void codesAreThoseOfTheRegistry() {
    for (int code = -1; code <= 70_000; code++) {
      boolean expected =
          (code >= 1000 && code <= 1003)
              || (code >= 1007 && code <= 1014)
              || (code >= 3000 && code <= 4999);
      assertThat(CloseCode.isAllowedInFrame(code)).as("%d", code).isEqualTo(expected);
      assertThat(CloseCode.isAllowedInFrame(code)).as("%d", code).isEqualTo(expected);
      assertThat(CloseCode.describe(code)).isNotEmpty();
    }
  }

  @Test
  void codesHaveNames() {
    assertThat(CloseCode.describe(CloseCode.GOING_AWAY)).isEqualTo("going away");
    assertThat(CloseCode.describe(1006)).isEqualTo("abnormal closure");
    assertThat(CloseCode.describe(2000)).isEqualTo("unassigned");
    assertThat(CloseCode.describe(3000)).isEqualTo("registered use");
    assertThat(CloseCode.describe(4999)).isEqualTo("private use");
    assertThat(CloseCode.describe(5000)).isEqualTo("out of range");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535, 66536})
  void codesThatMayNotBeSentAreRefused(int code) {
    assertThatThrownBy(() -> CloseReason.of(code))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("close code " + code);
  }

  @Test
  void reasonNeedsACode() {
    assertThatThrownBy(() -> new CloseReason(CloseCode.NONE, "x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(CloseReason.of(CloseCode.NONE)).isSameAs(CloseReason.NONE);
    assertThat(CloseReason.NONE.hasCode()).isFalse();
    assertThat(CloseReason.NORMAL.hasCode()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\u00e9", "\u5929", "\ud83d\ude00"})
  void reasonIsMeasuredInBytesOfUtf8(String unit) {
    int bytes = unit.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    int fitting = CloseReason.MAX_REASON_BYTES / bytes;
    assertThat(new CloseReason(1000, unit.repeat(fitting)).hasCode()).isTrue();
    assertThatThrownBy(() -> new CloseReason(1000, unit.repeat(fitting + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("close reason of %d bytes exceeds limit 123", (fitting + 1) * bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\ud83d", "\ud83da", "\ude00", "\ude00\ud83d"})
  void loneSurrogatesAreRefused(String reason) {
    assertThatThrownBy(() -> new CloseReason(1000, reason))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lone surrogate");
  }

  @Test
  void printsForPeople() {
    assertThat(new CloseReason(1001, "bye")).hasToString("1001 (going away): bye");
    assertThat(CloseReason.of(4000)).hasToString("4000 (private use)");
    assertThat(CloseReason.NONE).hasToString("no code");
  }
}
