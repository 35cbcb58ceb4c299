// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.load.LoadResult;
import java.io.Closeable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Measures subjects side by side: their servers run at the same time, and the load generator goes
 * round them in short turns, so that what disturbs the machine for a while disturbs all of them.
 * Those whose turn it is not rest.
 *
 * <p>Each has a server of its own. One that had served another kind of traffic before would run
 * code that was compiled for a mixture, and on a heap that is no longer young.
 */
final class Heat implements Closeable {
  /** How often it is each one's turn: of a measurement of 2 s, a quarter of a second. */
  private static final int TURNS = 8;

  /**
   * Of the time for warming up, what is spent again when all servers run. The first ones have
   * rested for minutes by then, and what a server does after some silence, such as sending pings,
   * may have cost it some of its compiled code.
   */
  private static final double AGAIN = 0.25;

  /** Gives the load generator its job for a server. */
  @FunctionalInterface
  interface Work {
    void begin(LoadProcess load, Subject subject, ServerProcess server)
        throws IOException, InterruptedException;
  }

  private final LoadProcess load;
  private final Effort effort;
  private final Map<Subject, ServerProcess> running = new LinkedHashMap<>();
  private final Map<Subject, LoadResult> results = new LinkedHashMap<>();
  private final Map<Subject, String> failures = new LinkedHashMap<>();

  Heat(LoadProcess load, Effort effort) {
    this.load = load;
    this.effort = effort;
  }

  /**
   * Starts the servers of some subjects, warms up, and measures.
   *
   * @param enough how much to do at least before it counts
   */
  void run(List<Subject> subjects, Cores cores, Work work, long enough)
      throws IOException, InterruptedException {
    load.revive();
    for (Subject subject : subjects) {
      attempt(
          subject,
          () -> {
            ServerProcess server = new ServerProcess(subject, cores);
            running.put(subject, server);
            work.begin(load, subject, server);
            load.warmUp(server.port(), effort.warmUpSeconds(), enough);
          });
    }
    for (Subject subject : List.copyOf(running.keySet())) {
      attempt(subject, () -> load.warmUp(port(subject), AGAIN * effort.warmUpSeconds(), 0));
    }
    for (int turn = 0; turn < TURNS; turn++) {
      for (Subject subject : List.copyOf(running.keySet())) {
        attempt(subject, () -> load.measure(port(subject), effort.seconds() / TURNS));
      }
    }
    for (Subject subject : List.copyOf(running.keySet())) {
      attempt(subject, () -> results.put(subject, load.end(port(subject))));
    }
  }

  private int port(Subject subject) {
    return Objects.requireNonNull(running.get(subject)).port();
  }

  /** Something that fails for one subject, while the others go on. */
  @FunctionalInterface
  private interface Attempt {
    void run() throws IOException, InterruptedException;
  }

  private void attempt(Subject subject, Attempt attempt) throws InterruptedException {
    try {
      attempt.run();
    } catch (IOException e) {
      failures.put(subject, e.getMessage());
      try {
        close(running.remove(subject));
      } catch (IOException again) {
        e.addSuppressed(again);
      }
    }
  }

  /** Returns what was measured. */
  Map<Subject, LoadResult> results() {
    return results;
  }

  /** Returns why others were not. */
  Map<Subject, String> failures() {
    return failures;
  }

  private static void close(@Nullable ServerProcess server) throws IOException {
    if (server != null) {
      server.close();
    }
  }

  @Override
  public void close() throws IOException {
    for (ServerProcess server : running.values()) {
      server.close();
    }
    running.clear();
  }
}
