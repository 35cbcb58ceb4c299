// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.dial;

import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.websocket.ConnectReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps account of a connect, on its executor. */
public final class Journal {
  private final StreamExecutor executor;
  private final long start;
  private final List<Step> steps = new ArrayList<>();

  /** Begins one. */
  public Journal(StreamExecutor executor) {
    this.executor = executor;
    this.start = executor.nanoTime();
  }

  /** Notes that a step begins. */
  public Step begin(String stage, String subject) {
    Step step = new Step(stage, subject);
    steps.add(step);
    return step;
  }

  private Duration now() {
    return Duration.ofNanos(executor.nanoTime() - start);
  }

  /** Tells what has happened so far; what has no end yet ends now. */
  public ConnectReport report(Endpoint endpoint) {
    Duration now = now();
    return new ConnectReport(endpoint, steps.stream().map(step -> step.told(now)).toList(), now);
  }

  /** A step that has begun. */
  public final class Step {
    private final String stage;
    private final String subject;
    private final Duration begun = now();
    private @Nullable Duration took;
    private String result = "no end";
    private @Nullable Throwable error;

    private Step(String stage, String subject) {
      this.stage = stage;
      this.subject = subject;
    }

    /** Notes that it is done. */
    public void done(String what) {
      end(what, null);
    }

    /** Notes that it failed. */
    public void failed(Throwable why) {
      end("", why);
    }

    private void end(String what, @Nullable Throwable why) {
      if (took == null) {
        took = now().minus(begun);
        result = what;
        error = why;
      }
    }

    private ConnectReport.Step told(Duration now) {
      return new ConnectReport.Step(
          stage, subject, begun, took == null ? now.minus(begun) : took, result, error);
    }
  }
}
