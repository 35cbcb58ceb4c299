// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.stream.Durations;
import io.plywire.stream.StreamExecutor;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@link Reconnector} stands.
 *
 * <pre>
 *   CONNECTING → OPENING → OPEN → (CLOSING →) STOPPED
 *       ↑           ↓        ↓
 *       └──────── WAITING ←──┘           from everywhere → STOPPED
 * </pre>
 *
 * @param phase what it does
 * @param attempt the number of the latest attempt, from 1
 * @param since when it began to, on the scale of {@link StreamExecutor#nanoTime()}
 * @param delay how long it waits from then on; zero unless it is waiting
 * @param ending how the latest attempt or connection ended, or null if none has; of a Reconnector
 *     that has stopped, why
 */
public record ReconnectorState(
    Phase phase, long attempt, long since, Duration delay, @Nullable Ending ending) {

  /** What a {@link Reconnector} does. */
  public enum Phase {
    /** It opens a connection. */
    CONNECTING,
    /** The connection is open, and the {@link OpenHandler} makes it ready. */
    OPENING,
    /** The connection is ready, and messages go out and come in. */
    OPEN,
    /** It waits for the next attempt. */
    WAITING,
    /** It was told to close and does so in good order. */
    CLOSING,
    /** It is over, because it was told to or because the policy said so. */
    STOPPED
  }

  /** Checks the values. */
  public ReconnectorState {
    Objects.requireNonNull(phase, "phase");
    Objects.requireNonNull(delay, "delay");
  }

  /** Returns whether messages go out at once. */
  public boolean isOpen() {
    return phase == Phase.OPEN;
  }

  @Override
  public String toString() {
    return phase.name().toLowerCase(Locale.ROOT)
        + (delay.isZero() ? "" : " for " + Durations.text(delay))
        + ", attempt "
        + attempt
        + (ending == null ? "" : ", the last one " + ending);
  }
}
