// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.reconnect.Backoff;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * What a server sees of all its clients.
 *
 * <p>{@code -Dplywire.reconnect.clients=N} says how many they are; a million want 4 GiB of heap.
 * The figures are in {@code docs/reconnecting.md}.
 */
class HerdTest {
  private static final int CLIENTS = Integer.getInteger("plywire.reconnect.clients", 20_000);
  private static final Duration FLOOR = Backoff.defaults().floor();

  /** The peak of the attempts per second in some seconds, and their mean. */
  private record Rate(int peak, double mean) {
    static Rate of(Herd herd, int from, int to) {
      return new Rate(
          herd.attempts(from, to).max().orElseThrow(),
          herd.attempts(from, to).average().orElseThrow());
    }
  }

  private static void tell(Herd herd, String form, Object... values) {
    System.out.printf(Locale.ROOT, herd.size() + " clients, " + form + "%n", values);
  }

  /**
   * The server dies for a minute, and all connections with it in the same instant. Once each client
   * has tried with every shorter window, no second has more than 1.2 times the attempts of the mean
   * second, while it is dead; and none has when it is back.
   */
  @Test
  void serverThatDiesForAMinuteIsNotOverrunWhenItIsBack() {
    Herd herd = new Herd(CLIENTS);
    herd.behave(Herd.Manner.REFUSES);
    herd.each(IdleStream::reset);
    herd.pass(60);
    herd.behave(Herd.Manner.WORKS);
    int end = herd.passUntilAllAreBack();
    int spread = herd.spreadAfter();
    Rate first = Rate.of(herd, 0, spread);
    Rate dead = Rate.of(herd, spread, 60);
    Rate back = Rate.of(herd, 60, end);
    tell(
        herd,
        "dead for 60 s: until second %d peak %d/s; then peak %d/s, mean %.0f/s, ratio %.3f;"
            + " back: peak %d/s, ratio %.3f, all after %d s",
        spread,
        first.peak(),
        dead.peak(),
        dead.mean(),
        dead.peak() / dead.mean(),
        back.peak(),
        back.peak() / dead.mean(),
        end - 60);
    assertThat(spread).isLessThan(40);
    assertThat(dead.peak()).isLessThanOrEqualTo((int) (1.2 * dead.mean()));
    assertThat(back.peak()).isLessThanOrEqualTo((int) (1.2 * dead.mean()));
    assertThat(first.peak()).isLessThan(CLIENTS * 3 / 10);
    assertThat(end - 60).isLessThanOrEqualTo(32);
    assertThat(herd.shortest()).isGreaterThanOrEqualTo(FLOOR);
    herd.stop();
  }

  /** Told 1012 in the same instant, all come back evenly between 5 and 30 seconds later. */
  @Test
  void restartSpreadsEvenly() {
    Herd herd = new Herd(CLIENTS);
    herd.each(stream -> stream.bring(new byte[] {(byte) 0x88, 2, 0x03, (byte) 0xF4}));
    int end = herd.passUntilAllAreBack();
    Rate rate = Rate.of(herd, 5, 30);
    tell(herd, "1012: peak %d/s, mean %.0f/s, all after %d s", rate.peak(), rate.mean(), end);
    assertThat(herd.attempts(0, 5).sum()).isZero();
    assertThat(herd.attempts(0, end).sum()).isEqualTo(CLIENTS);
    assertThat(rate.peak()).isLessThanOrEqualTo((int) (1.2 * rate.mean()));
    assertThat(end).isLessThanOrEqualTo(31);
    herd.stop();
  }

  /**
   * Told to come back in 20 seconds by one that is overloaded for a minute, nobody comes earlier.
   */
  @Test
  void retryAfterIsAFloorWithJitterOnTop() {
    Herd herd = new Herd(CLIENTS);
    herd.refuseWith(
        WebSocketException.refused(
            WebSocketError.UPGRADE_DECLINED,
            "overloaded",
            new UpgradeResponse(
                503, "No", new HttpFields().set("Retry-After", "20"), new byte[0])));
    herd.each(IdleStream::reset);
    herd.pass(60);
    herd.behave(Herd.Manner.WORKS);
    int end = herd.passUntilAllAreBack();
    Rate back = Rate.of(herd, 60, end);
    tell(herd, "503 for 60 s: back peak %d/s, all after %d s", back.peak(), end - 60);
    assertThat(herd.shortest()).isGreaterThanOrEqualTo(Duration.ofSeconds(20));
    assertThat(herd.mostOfOne()).isLessThanOrEqualTo(5);
    assertThat(back.peak()).isLessThan(CLIENTS / 10);
    herd.stop();
  }

  /** A server that accepts and drops at once is not taken for one that works. */
  @Test
  void serverThatDropsAtOnceIsNotHammered() {
    Herd herd = new Herd(Math.min(CLIENTS, 20_000));
    herd.behave(Herd.Manner.DROPS_AT_ONCE);
    herd.each(IdleStream::reset);
    herd.pass(600);
    Rate rate = Rate.of(herd, herd.spreadAfter(), 600);
    tell(herd, "dropped at once: peak %d/s, mean %.0f/s", rate.peak(), rate.mean());
    assertThat(rate.peak()).isLessThanOrEqualTo((int) (1.2 * rate.mean()));
    assertThat(herd.shortest()).isGreaterThanOrEqualTo(FLOOR);
    assertThat(herd.mostOfOne()).isLessThan(600 / 5);
    herd.stop();
  }
}
