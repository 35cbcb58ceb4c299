// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many handshakes at once: those that began first are done first, and not all of them at last. */
class HandshakeTurnsTest {
  private static final int MANY = 60;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final ManualExecutor executor = new ManualExecutor();
  private final List<Result<TlsStream>> results = new ArrayList<>();

  private Result<TlsStream> start(TestEngine engine, InMemoryPipe pipe, Role role) {
    Result<TlsStream> result = new Result<>(role + " " + results.size());
    results.add(result);
    TlsStream.asyncHandshake(
        role == Role.CLIENT ? pipe.client() : pipe.server(),
        engine.session(role, TestEngine.TLS13),
        LIMIT,
        result);
    return result;
  }

  @AfterEach
  void nothingIsLeft() {
    results.stream().map(Result::anyValue).filter(s -> s != null).forEach(TlsStream::close);
    executor.advance(LIMIT.multipliedBy(2));
    assertThat(executor.buffers().outstanding()).isZero();
    assertThat(executor.pendingTimers()).isZero();
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void whoBeganFirstIsDoneFirst(TestEngine engine) {
    List<Integer> order = new ArrayList<>();
    List<Integer> tasksBefore = new ArrayList<>();
    int[] tasks = new int[1];
    for (int i = 0; i < MANY; i++) {
      InMemoryPipe pipe = InMemoryPipe.create(executor);
      int number = i;
      start(engine, pipe, Role.SERVER)
          .then(
              () -> {
                order.add(number);
                tasksBefore.add(tasks[0]);
              });
      start(engine, pipe, Role.CLIENT);
    }
    while (executor.runOne()) {
      tasks[0]++;
    }
    results.forEach(Result::value);
    assertThat(order).isEqualTo(IntStream.range(0, MANY).boxed().toList());
    assertThat(tasksBefore.get(MANY / 2))
        .as("tasks before half of the handshakes are done, of %d", tasks[0])
        .isLessThan(tasks[0] * 3 / 4);
  }

  /** A peer that says nothing has no turn, so it is in nobody's way. */
  @Test
  void silentPeersDelayNobody() {
    List<Result<TlsStream>> silent = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      silent.add(start(TestEngine.JDK, InMemoryPipe.create(executor), Role.SERVER));
    }
    executor.runUntilIdle();
    InMemoryPipe pipe = InMemoryPipe.create(executor);
    Result<TlsStream> client = start(TestEngine.JDK, pipe, Role.CLIENT);
    Result<TlsStream> server = start(TestEngine.JDK, pipe, Role.SERVER);
    executor.runUntilIdle();
    client.value();
    server.value();
    executor.advance(LIMIT);
    silent.forEach(one -> one.assertFailed(StreamError.TIMEOUT));
  }

  /** Its turn comes to nothing, and the others' come all the same. */
  @Test
  void oneThatEndsWhileItAwaitsItsTurnIsForgotten() {
    InMemoryPipe pipe = InMemoryPipe.create(executor);
    Result<TlsStream> gone = start(TestEngine.JDK, InMemoryPipe.create(executor), Role.CLIENT);
    Result<TlsStream> client = start(TestEngine.JDK, pipe, Role.CLIENT);
    Result<TlsStream> server = start(TestEngine.JDK, pipe, Role.SERVER);
    gone.cancel(io.plywire.stream.CancellationType.TERMINAL);
    executor.runUntilIdle();
    gone.assertFailed(StreamError.ABORTED);
    client.value();
    server.value();
  }
}
