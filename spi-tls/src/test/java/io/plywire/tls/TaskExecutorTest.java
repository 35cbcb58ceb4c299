// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.CancellationType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Slow work of the handshake, done elsewhere. */
class TaskExecutorTest {
  /** Runs tasks on a thread of their own, one at a time, when the test says so. */
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  private int ran;

  private static void onAnotherThread(Runnable task) {
    Thread thread = new Thread(task);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void runAll(Harness h) {
    h.run();
    while (!tasks.isEmpty()) {
      ran++;
      onAnotherThread(tasks.remove());
      h.run();
    }
  }

  private Harness harness(TestEngine engine, int window) {
    Harness h =
        new Harness(engine, engine, TestEngine.TLS13, builder -> builder.windowBytes(window));
    h.clientEngine.tasks = tasks::add;
    h.serverEngine.tasks = tasks::add;
    return h;
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void handshakeWithTasksElsewhere(TestEngine engine) {
    for (int window : new int[] {1, 500, 65536}) {
      try (Harness h = harness(engine, window)) {
        Result<TlsStream> client = h.startClient();
        Result<TlsStream> server = h.startServer();
        runAll(h);
        h.client = h.track(client.value());
        h.server = h.track(server.value());
        assertThat(ran).isPositive();
        h.transfer(h.client, h.server, Harness.random(20_000, 1));
        h.transfer(h.server, h.client, Harness.random(20_000, 2));
        assertThat(tasks).as("tasks after the handshake").isEmpty();
      }
    }
  }

  /** At each task: it goes on while the connection ends, and only then is everything let go. */
  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void endWhileATaskRuns(TestEngine engine) {
    for (int last = 0; last < 4; last++) {
      for (boolean cancel : new boolean[] {true, false}) {
        try (Harness h = harness(engine, 65536)) {
          Result<TlsStream> client = h.startClient();
          Result<TlsStream> server = h.startServer();
          h.run();
          for (int i = 0; i < last && !tasks.isEmpty(); i++) {
            onAnotherThread(tasks.remove());
            h.run();
          }
          boolean opened = client.isDone() && client.error() == null;
          boolean accepted = server.isDone() && server.error() == null;
          if (cancel) {
            client.cancel(CancellationType.TERMINAL);
            server.cancel(CancellationType.TERMINAL);
            h.run();
          } else {
            h.executor.advance(Duration.ofSeconds(11));
          }
          if (!opened) {
            assertThat(client.error()).isNotNull();
          }
          if (!accepted) {
            assertThat(server.error()).isNotNull();
          }
          runAll(h);
          if (opened) {
            h.track(client.value());
          } else {
            assertThat(h.clientEngine.releases).isEqualTo(1);
          }
          if (accepted) {
            h.track(server.value());
          } else {
            assertThat(h.serverEngine.releases).isEqualTo(1);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void executorThatRefusesFailsTheHandshake(TestEngine engine) {
    try (Harness h = new Harness(engine, TestEngine.TLS13)) {
      h.serverEngine.tasks =
          task -> {
            throw new RejectedExecutionException("full");
          };
      Result<TlsStream> client = h.startClient();
      Result<TlsStream> server = h.startServer();
      h.executor.advance(Duration.ofSeconds(5));
      assertThat(server.assertFailed(TlsError.ENGINE)).hasMessageContaining("full");
      assertThat(client.error()).isNotNull();
    }
  }
}
