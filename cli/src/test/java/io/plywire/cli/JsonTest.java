// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void valuesOfEveryKind() {
    assertThat(
            new Json()
                .with("a", null)
                .with("b", true)
                .with("c", 1.5)
                .with("d", List.of("x", 2, new Json()))
                .with("e", "text"))
        .hasToString("{\"a\":null,\"b\":true,\"c\":1.5,\"d\":[\"x\",2,{}],\"e\":\"text\"}");
  }

  @Test
  void textIsEscapedWhereItHasTo() {
    assertThat(new Json().with("a", "\"\\\n\r\0\033\u007f\u009b\u2028"))
        .hasToString("{\"a\":\"\\\"\\\\\\n\\u000d\\u0000\\u001b\\u007f\\u009b\\u2028\"}");
    assertThat(new Json().with("a", "\ud83d lone, \ud83d\ude00 whole, ü"))
        .hasToString("{\"a\":\"\\ud83d lone, \ud83d\ude00 whole, ü\"}");
  }
}
