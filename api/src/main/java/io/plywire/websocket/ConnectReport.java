// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.Durations;
import io.plywire.transport.Endpoint;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has happened while a client connected, step by step, whether it came to an end or not. An
 * error of {@link WebSocketClient#asyncConnect} brings it along, suppressed, so that it stands in
 * the log with the error; {@link #of} finds it there. Its text names hosts, addresses and paths; no
 * credentials, and no queries.
 *
 * @param endpoint whom the application wanted to reach
 * @param steps in the order in which they began
 * @param took how long all of it took
 */
public record ConnectReport(Endpoint endpoint, List<Step> steps, Duration took) {
  /** Copies the list. */
  public ConnectReport {
    steps = List.copyOf(steps);
  }

  /**
   * A step on the way.
   *
   * @param stage {@code resolve}, {@code connect}, the kind of a layer such as {@code tls}, or
   *     {@code upgrade}
   * @param subject with whom: a host, an address, a proxy, an endpoint
   * @param begun when, after the beginning of the whole
   * @param took how long it took
   * @param result what came of it, for people; empty if there is nothing to say but that it was
   *     done
   * @param error why it failed, or null; another address was faster is no failure
   */
  public record Step(
      String stage,
      String subject,
      Duration begun,
      Duration took,
      String result,
      @Nullable Throwable error) {

    @Override
    public String toString() {
      return Durations.text(begun)
          + " "
          + stage
          + " "
          + subject
          + ": "
          + (error != null ? message(error) : result.isEmpty() ? "done" : result)
          + ", after "
          + Durations.text(took);
    }

    private static String message(Throwable error) {
      String message = error.getMessage();
      return message == null ? error.toString() : message;
    }
  }

  /**
   * Finds the report that an error brings along.
   *
   * @param error from connecting
   * @return null if it has none
   */
  public static @Nullable ConnectReport of(Throwable error) {
    for (Throwable each = error; each != null; each = each.getCause()) {
      for (Throwable suppressed : each.getSuppressed()) {
        if (suppressed instanceof Told told) {
          return told.report;
        }
      }
    }
    return null;
  }

  /** Has an error bring this along. */
  void addTo(Throwable error) {
    error.addSuppressed(new Told(this));
  }

  /** One step a line. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            "connecting to " + endpoint.withoutQuery() + " took " + Durations.text(took));
    for (Step step : steps) {
      text.append("\n  ").append(step);
    }
    return text.toString();
  }

  /** Carries the report along with an error. */
  private static final class Told extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ConnectReport report;
    private final String text;

    Told(ConnectReport report) {
      super(null, null, false, false);
      this.report = report;
      this.text = report.toString();
    }

    @Override
    @SuppressWarnings("OverrideThrowableToString") // the name of the class would say nothing
    public String toString() {
      return text;
    }
  }
}
