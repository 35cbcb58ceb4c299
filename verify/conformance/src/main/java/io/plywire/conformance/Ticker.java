// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Prints a line about all runs every now and then, while this is open. */
final class Ticker implements AutoCloseable {
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Starts it.
   *
   * @param interval how often
   */
  Ticker(PrintWriter out, List<Progress> runs, Duration interval) {
    Runnable print =
        () -> {
          out.println(String.join(", ", runs.stream().map(Progress::toString).toList()));
          out.flush();
        };
    var unused = timer.scheduleAtFixedRate(print, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
