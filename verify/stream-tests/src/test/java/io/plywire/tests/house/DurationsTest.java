// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Durations;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Durations in messages are exact, and as people say them. */
class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 s",
    "PT0.000000007S, 7 ns",
    "PT0.0000015S, 1.5 us",
    "PT0.3S, 300 ms",
    "PT0.0005S, 500 us",
    "PT0.123456789S, 123.456789 ms",
    "PT2S, 2 s",
    "PT1.5S, 1.5 s",
    "PT10S, 10 s",
    "PT59.999999999S, 59.999999999 s",
    "PT60S, 1 min",
    "PT90S, 1 min 30 s",
    "PT60.5S, 1 min 0.5 s",
    "PT300S, 5 min",
    "PT1H, 1 h",
    "PT1H2S, 1 h 2 s",
    "PT49H30M, 2 d 1 h 30 min",
    "-PT2S, -2 s",
    "-PT0.5S, -500 ms",
  })
  void text(Duration duration, String expected) {
    assertThat(Durations.text(duration)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"ar-EG-u-nu-arab", "de-DE"})
  void digitsOfNoLocale(String locale) {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag(locale));
    try {
      assertThat(Durations.text(Duration.ofMillis(90_500))).isEqualTo("1 min 30.5 s");
    } finally {
      Locale.setDefault(before);
    }
  }
}
