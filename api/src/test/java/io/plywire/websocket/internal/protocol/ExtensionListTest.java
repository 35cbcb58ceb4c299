// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.websocket.internal.protocol.ExtensionList.Extension;
import io.plywire.websocket.internal.protocol.ExtensionList.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionListTest {

  @Test
  void parametersStayWithTheirExtension() {
    assertThat(
            ExtensionList.parse(
                List.of("x-foo; a=1, permessage-deflate;client_max_window_bits ;b = \"1\\0\"")))
        .containsExactly(
            new Extension("x-foo", List.of(new Parameter("a", "1"))),
            new Extension(
                "permessage-deflate",
                List.of(new Parameter("client_max_window_bits", null), new Parameter("b", "10"))));
  }

  @Test
  void linesAreOneList() {
    assertThat(ExtensionList.parse(List.of("a", "b , ,c", "", ",d")))
        .extracting(Extension::name)
        .containsExactly("a", "b", "c", "d");
    assertThat(ExtensionList.parse(List.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "a;",
        "a;;b",
        "a; b=",
        "a; =1",
        "; a",
        "a; b=\"",
        "a; b=\"x",
        "a; b=\"x y\"",
        "a; b=\"\"",
        "a; b=\"x\"y",
        "a; b=c d",
        "a/b",
        "a=1",
        "(",
        "a; b=\"\\"
      })
  void whatBreaksTheGrammarIsNoList(String value) {
    assertThat(ExtensionList.parse(List.of("ok", value))).isNull();
  }
}
