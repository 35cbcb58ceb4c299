// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CellTest {
  @ParameterizedTest
  @CsvSource({
    "64x1x16B, 64, 1, 16, 0, false",
    "1x16x1KiB, 1, 16, 1024, 0, false",
    "8x1x1MiB, 8, 1, 1048576, 0, false",
    "10000x1x1000B, 10000, 1, 1000, 0, false",
    "64x1x16B+936, 64, 1, 16, 936, false",
    "64x1x1KiB/text, 64, 1, 1024, 0, true",
    "1x1x16B+2/text, 1, 1, 16, 2, true"
  })
  void readsWhatItWrites(
      String text, int connections, int inFlight, int size, int idle, boolean isText) {
    Cell cell = new Cell(connections, inFlight, size, idle, isText);

    assertThat(Cell.parse(text)).isEqualTo(cell);
    assertThat(cell).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "64x1",
        "64x1x16X",
        "x1x16",
        "0x1x16",
        "1x0x16",
        "1x1x0",
        "1x1x17MiB",
        "-1x1x1",
        "99999999999x1x1",
        "1x1x99999999999B",
        "1x1x1B+",
        "1x1x1B+99999",
        "1x1x1B/",
        "1x1x1B/txt"
      })
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> Cell.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void largestMessagesComeOnFewConnections() {
    assertThat(Cell.matrix())
        .extracting(Cell::toString)
        .hasSize(16)
        .startsWith("1x1x16B", "64x1x16B", "1x16x16B", "64x16x16B")
        .endsWith("1x1x1MiB", "8x1x1MiB", "1x16x1MiB", "8x16x1MiB");
  }
}
