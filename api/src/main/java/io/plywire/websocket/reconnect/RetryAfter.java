// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.websocket.HttpFields;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The field {@code Retry-After}: seconds, or a date in one of the three forms of HTTP. */
final class RetryAfter {
  private static final Duration LONGEST = Duration.ofDays(365);

  private RetryAfter() {}

  /** Returns the time to wait, at most a year; null if there is no such field, or a wrong one. */
  static @Nullable Duration of(HttpFields fields, Instant now) {
    String value = fields.first("Retry-After");
    if (value == null || value.isEmpty()) {
      return null;
    }
    if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      boolean huge = value.length() > 9;
      return bounded(huge ? LONGEST : Duration.ofSeconds(Long.parseLong(value)));
    }
    String date = fields.first("Date");
    Instant sent = date == null ? null : date(date, now);
    Instant due = date(value, now);
    return due == null ? null : bounded(Duration.between(sent == null ? now : sent, due));
  }

  private static Duration bounded(Duration time) {
    return time.isNegative() ? Duration.ZERO : time.compareTo(LONGEST) > 0 ? LONGEST : time;
  }

  /** Reads a date as RFC 9110 §5.6.7 has it, or returns null. */
  private static @Nullable Instant date(String text, Instant now) {
    try {
      if (text.indexOf(',') == 3) {
        return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      }
      if (text.indexOf(',') > 0) {
        return LocalDateTime.parse(text.substring(text.indexOf(',') + 1), rfc850(now))
            .toInstant(ZoneOffset.UTC);
      }
      return LocalDateTime.parse(text, asctime()).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** A year of two digits is not more than fifty years ahead. */
  private static DateTimeFormatter rfc850(Instant now) {
    int base = now.atOffset(ZoneOffset.UTC).getYear() - 49;
    return new DateTimeFormatterBuilder()
        .appendPattern(" dd-MMM-")
        .appendValueReduced(ChronoField.YEAR, 2, 2, base)
        .appendPattern(" HH:mm:ss 'GMT'")
        .toFormatter(Locale.US);
  }

  private static DateTimeFormatter asctime() {
    return DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.US);
  }
}
