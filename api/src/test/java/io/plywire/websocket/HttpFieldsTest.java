// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Iterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpFieldsTest {

  private final HttpFields fields = new HttpFields();

  @Test
  void namesAreFoundInAnyCaseAndKeptAsGiven() {
    fields.add("Host", "a").add("X-A", "1").add("x-a", "2");
    assertThat(fields.first("HOST")).isEqualTo("a");
    assertThat(fields.first("x-A")).isEqualTo("1");
    assertThat(fields.all("X-a")).containsExactly("1", "2");
    assertThat(fields.contains("x-a")).isTrue();
    assertThat(fields.first("none")).isNull();
    assertThat(fields.all("none")).isEmpty();
    assertThat(fields).hasToString("[Host: a, X-A: 1, x-a: 2]").hasSize(3);
    assertThat(fields.size()).isEqualTo(3);
  }

  @Test
  void setReplacesAllInThePlaceOfTheFirst() {
    fields.add("a", "1").add("b", "2").add("A", "3").add("a", "4").set("a", "5").set("c", "6");
    assertThat(fields).hasToString("[a: 5, b: 2, c: 6]");
  }

  @Test
  void removeTakesAllOfTheName() {
    fields.add("a", "1").add("b", "2").add("A", "3");
    assertThat(fields.remove("a")).isTrue();
    assertThat(fields.remove("a")).isFalse();
    assertThat(fields).hasToString("[b: 2]");
    assertThat(fields.isEmpty()).isFalse();
  }

  @Test
  void copyIsIndependent() {
    HttpFields copy = fields.add("a", "1").copy();
    copy.add("b", "2");
    assertThat(fields.contains("b")).isFalse();
    assertThat(copy.first("a")).isEqualTo("1");
  }

  @Test
  void iteratorCannotRemove() {
    Iterator<HttpFields.Field> iterator = fields.add("a", "1").iterator();
    iterator.next();
    assertThatThrownBy(iterator::remove).isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "upgrade, true",
    "UPGRADE, true",
    "keep-alive, true",
    "x, true",
    "up, false",
    "'', false",
    "grade, false"
  })
  void tokensAreFoundInListsOverAllLines(String token, boolean found) {
    fields.add("Connection", "keep-alive ,\tUpgrade").add("connection", "x");
    assertThat(fields.containsToken("CONNECTION", token)).isEqualTo(found);
    assertThat(fields.containsToken("other", token)).isFalse();
  }

  @Test
  void whiteSpaceAroundValuesIsDropped() {
    assertThat(fields.add("a", " \t b  c\t ").first("a")).isEqualTo("b  c");
    assertThat(fields.set("a", " ").first("a")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\r\nX: y", "a\nb", "a\rb", "\u0000", "\u0001", "\u007f", "\u0100", "\u010a"})
  void valuesCannotChangeTheMessage(String value) {
    assertThatThrownBy(() -> fields.add("a", value)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> fields.set("a", value)).isInstanceOf(IllegalArgumentException.class);
    assertThat(fields.isEmpty()).isTrue();
  }

  @Test
  void refusalDoesNotQuoteTheValue() {
    assertThatThrownBy(() -> fields.add("Authorization", "secret\n"))
        .hasMessageContaining("Authorization")
        .hasMessageContaining("U+000A at index 6")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a:", "a\r\n", "\u00e9", "(", "a\u0000", "\u0161"})
  void namesAreTokens(String name) {
    assertThatThrownBy(() -> fields.add(name, "x")).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Authorization", "cookie", "PROXY-AUTHORIZATION", "Set-Cookie"})
  void secretsAreNotPrinted(String name) {
    fields.add(name, "hunter2");
    assertThat(fields.toString()).contains(name).doesNotContain("hunter2");
    assertThat(fields.first(name)).isEqualTo("hunter2");
  }
}
