// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.websocket.reconnect.Backoff;
import io.plywire.websocket.reconnect.RetryPolicy.Decision;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** How long is waited. */
class BackoffTest {
  private static final Backoff DEFAULTS = Backoff.defaults();

  @Test
  void windowDoublesUpToTheCap() {
    long[] seconds = {5, 10, 20, 30, 30, 30};
    for (int n = 1; n <= seconds.length; n++) {
      assertThat(DEFAULTS.window(n)).isEqualTo(Duration.ofSeconds(seconds[n - 1]));
    }
    assertThat(DEFAULTS.window(Integer.MAX_VALUE)).isEqualTo(DEFAULTS.cap());
    Backoff year = DEFAULTS.withCap(Duration.ofDays(365)).withBase(Duration.ofNanos(1));
    Duration before = Duration.ZERO;
    for (int n = 1; n < 200; n++) {
      assertThat(year.window(n)).isBetween(before, year.cap());
      before = year.window(n);
    }
    assertThat(before).isEqualTo(year.cap());
    assertThatThrownBy(() -> DEFAULTS.window(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void jitterIsUniformOverTheWholeWindowAndNeverBelowTheFloor() {
    RandomGenerator random = new SplittableRandom(1);
    int[] tenths = new int[10];
    for (int i = 0; i < 100_000; i++) {
      Duration jitter = DEFAULTS.delay(2, Decision.retry(), random).minus(DEFAULTS.floor());
      assertThat(jitter).isBetween(Duration.ZERO, Duration.ofSeconds(10));
      tenths[(int) Math.min(9, jitter.toSeconds())]++;
    }
    for (int count : tenths) {
      assertThat(count).isBetween(9_500, 10_500);
    }
  }

  @Test
  void serversTimeIsAFloorAndItsSpreadAWindow() {
    RandomGenerator random = new SplittableRandom(1);
    Decision decision = Decision.retryAfter(Duration.ofSeconds(60)).withSpread(Duration.ofHours(1));
    Duration least = Duration.ofDays(1);
    Duration most = Duration.ZERO;
    for (int i = 0; i < 10_000; i++) {
      Duration delay = DEFAULTS.delay(1, decision, random);
      least = delay.compareTo(least) < 0 ? delay : least;
      most = delay.compareTo(most) > 0 ? delay : most;
    }
    assertThat(least).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(65));
    assertThat(most).isBetween(Duration.ofSeconds(3600), Duration.ofSeconds(3660));
    Decision short1 = Decision.retryAfter(Duration.ofMillis(1)).withSpread(Duration.ofMillis(1));
    assertThat(DEFAULTS.delay(1, short1, new Latest())).isEqualTo(Duration.ofMillis(5_500));
  }

  @Test
  void valuesThatMakeNoSenseAreRefused() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> DEFAULTS.withFloor(Duration.ZERO))
        .hasMessage("floor 0 s is not above zero and within a year");
    assertThatThrownBy(() -> DEFAULTS.withBase(second.negated())).hasMessageContaining("base -1 s");
    assertThatThrownBy(() -> DEFAULTS.withCap(second)).hasMessage("cap 1 s is below the base 5 s");
    assertThatThrownBy(() -> DEFAULTS.withStableAfter(Duration.ofDays(366)))
        .hasMessageContaining("stableAfter 366 d");
    assertThatThrownBy(() -> Decision.retryAfter(second.negated()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Decision.retry().withSpread(Duration.ofDays(366)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
