// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.Durations;
import java.time.Duration;
import java.util.Objects;

/**
 * How long a WebSocket waits for what. A duration of zero switches its deadline off. Immutable.
 *
 * <p>Liveness is judged while a read is outstanding, and by bytes: any byte received is life. While
 * nobody reads, the {@code idle} clock and the {@code pong} clock stand still.
 *
 * @param handshake for the whole opening handshake
 * @param closing for the whole closing handshake and the goodbye of the layer below
 * @param idle for the next byte from the peer
 * @param pingInterval after this much silence a ping is sent
 * @param pong for the next byte from the peer after such a ping
 * @param writeStall for the next layer to accept another byte of what is being written
 * @param message for the whole of a message, from the first frame's header on; the time in which
 *     nobody reads does not count. A peer that takes longer is told so with {@link
 *     CloseCode#POLICY_VIOLATION}
 */
public record Timeouts(
    Duration handshake,
    Duration closing,
    Duration idle,
    Duration pingInterval,
    Duration pong,
    Duration writeStall,
    Duration message) {
  private static final Timeouts NONE =
      new Timeouts(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO);

  private static final Timeouts SUGGESTED =
      NONE.withHandshake(Duration.ofSeconds(30))
          .withClosing(Duration.ofSeconds(30))
          .withIdle(Duration.ofSeconds(300))
          .withPing(Duration.ofSeconds(150), Duration.ofSeconds(150))
          .withWriteStall(Duration.ofSeconds(300));

  /** Checks that no duration is negative. */
  public Timeouts {
    requireNotNegative(handshake, "handshake");
    requireNotNegative(closing, "closing");
    requireNotNegative(idle, "idle");
    requireNotNegative(pingInterval, "pingInterval");
    requireNotNegative(pong, "pong");
    requireNotNegative(writeStall, "writeStall");
    requireNotNegative(message, "message");
  }

  private static void requireNotNegative(Duration value, String name) {
    Objects.requireNonNull(value, name);
    if (value.isNegative()) {
      throw new IllegalArgumentException(
          name + " timeout " + Durations.text(value) + " is negative");
    }
  }

  /** Returns timeouts that are all switched off. */
  public static Timeouts none() {
    return NONE;
  }

  /**
   * Returns the values recommended for either side: 30 seconds for each handshake; after 150
   * seconds of silence a ping, and the end after 300; the end, too, of a peer that takes nothing of
   * what is being written for 300 seconds. So neither side waits for ever for one that has gone
   * without a word.
   */
  public static Timeouts suggested() {
    return SUGGESTED;
  }

  /**
   * Returns a copy with another deadline for the opening handshake.
   *
   * @param value zero switches it off
   */
  public Timeouts withHandshake(Duration value) {
    return new Timeouts(value, closing, idle, pingInterval, pong, writeStall, message);
  }

  /**
   * Returns a copy with another deadline for the closing handshake.
   *
   * @param value zero switches it off
   */
  public Timeouts withClosing(Duration value) {
    return new Timeouts(handshake, value, idle, pingInterval, pong, writeStall, message);
  }

  /**
   * Returns a copy with another deadline for silence.
   *
   * @param value zero switches it off
   */
  public Timeouts withIdle(Duration value) {
    return new Timeouts(handshake, closing, value, pingInterval, pong, writeStall, message);
  }

  /**
   * Returns a copy with other keep-alive pings.
   *
   * @param interval silence after which a ping is sent; zero switches pings off
   * @param deadline how long the peer may stay silent after it; zero leaves that to {@link #idle}
   */
  public Timeouts withPing(Duration interval, Duration deadline) {
    return new Timeouts(handshake, closing, idle, interval, deadline, writeStall, message);
  }

  /**
   * Returns a copy with another deadline for stalled writes.
   *
   * @param value zero switches it off
   */
  public Timeouts withWriteStall(Duration value) {
    return new Timeouts(handshake, closing, idle, pingInterval, pong, value, message);
  }

  /**
   * Returns a copy with another deadline for a message that has begun to arrive.
   *
   * @param value zero switches it off
   */
  public Timeouts withMessage(Duration value) {
    return new Timeouts(handshake, closing, idle, pingInterval, pong, writeStall, value);
  }

  @Override
  public String toString() {
    return "Timeouts[handshake="
        + text(handshake)
        + ", closing="
        + text(closing)
        + ", idle="
        + text(idle)
        + ", pingInterval="
        + text(pingInterval)
        + ", pong="
        + text(pong)
        + ", writeStall="
        + text(writeStall)
        + ", message="
        + text(message)
        + "]";
  }

  private static String text(Duration value) {
    return value.isZero() ? "off" : Durations.text(value);
  }
}
