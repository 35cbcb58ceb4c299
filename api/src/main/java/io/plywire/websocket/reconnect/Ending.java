// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.stream.Durations;
import io.plywire.stream.Role;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt or a connection ended.
 *
 * @param stage how far it had come
 * @param failures how many have ended in a row without a time of stability, this one included
 * @param open how long the connection was open and ready; zero if it never was
 * @param error the failure, or null if close frames decided the end
 * @param outcome how the WebSocket ended, or null if there was none
 */
public record Ending(
    Stage stage,
    int failures,
    Duration open,
    @Nullable IOException error,
    @Nullable CloseOutcome outcome) {

  /** How far an attempt had come. */
  public enum Stage {
    /** No WebSocket was open: the network, TLS, or the server's answer. */
    CONNECTING,
    /** It was open, and the {@link OpenHandler} not done. */
    OPENING,
    /** It was open and ready. */
    OPEN
  }

  private static final int DEEPEST_CAUSE = 16;

  /** Checks the values. */
  public Ending {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(open, "open");
  }

  /** Returns the server's answer to the upgrade request that it refused, or null. */
  public @Nullable UpgradeResponse response() {
    Throwable at = error;
    for (int i = 0; i < DEEPEST_CAUSE && at != null; i++) {
      if (at instanceof WebSocketException known && known.response() != null) {
        return known.response();
      }
      at = at.getCause();
    }
    return null;
  }

  /** Returns the status of the refusal, or 0 if there is none. */
  public int httpStatus() {
    UpgradeResponse response = response();
    return response == null ? 0 : response.status();
  }

  /**
   * Returns the code with which the peer has closed of its own accord; {@link
   * CloseCode#NO_STATUS_RECEIVED} if it gave none, 0 if it has not closed or only answered.
   */
  public int closeCode() {
    if (outcome == null || outcome.received() == null) {
      return 0;
    }
    boolean answer =
        outcome.initiator() == Role.CLIENT && outcome.received().equals(outcome.sent());
    return answer ? 0 : outcome.code();
  }

  /**
   * Returns how long the server asks to wait by {@code Retry-After}, or null. A date counts from
   * the {@code Date} of the answer, if there is one, so that this side's clock need not be right.
   *
   * @param now the time, for an answer without a date
   */
  public @Nullable Duration retryAfter(Instant now) {
    UpgradeResponse response = response();
    return response == null ? null : RetryAfter.of(response.fields(), now);
  }

  @Override
  public String toString() {
    String where = stage.name().toLowerCase(Locale.ROOT);
    String how = outcome != null ? outcome.toString() : String.valueOf(error);
    return "ended while "
        + where
        + (open.isZero() ? "" : " for " + Durations.text(open))
        + ", failure "
        + failures
        + ": "
        + how;
  }
}
