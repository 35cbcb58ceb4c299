// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WrappedTest {
  @Test
  void breaksAtSpacesOrWhereItMust() {
    assertThat(Wrapped.lines("", 5)).containsExactly("");
    assertThat(Wrapped.lines("a b c", 5)).containsExactly("a b c");
    assertThat(Wrapped.lines("ab cd ef", 5)).containsExactly("ab cd", "ef");
    assertThat(Wrapped.lines("abcdefgh", 5)).containsExactly("abcde", "fgh");
    assertThat(Wrapped.lines("ab  cdefghij", 5)).containsExactly("ab", "cdefg", "hij");
  }
}
