// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.BufferPool;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each operation, cancelled at each step of its way. */
class TlsCancellationTest {
  private static final int STEPS = 60;

  private static boolean step(Harness h, int steps) {
    for (int i = 0; i < steps; i++) {
      if (!h.executor.runOne()) {
        return false;
      }
    }
    return true;
  }

  private static boolean isCancelled(Result<?> result, CancellationType type) {
    return result.error() instanceof StreamException known
        && known.error() == StreamError.ABORTED
        && known.cancellation() == type;
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void handshakeAtEachStep(CancellationType type) {
    int cancelled = 0;
    boolean more = true;
    for (int steps = 0; more; steps++) {
      try (Harness h =
          new Harness(TestEngine.JDK, TestEngine.JDK, TestEngine.TLS13, b -> b.windowBytes(300))) {
        Result<TlsStream> client = h.startClient();
        Result<TlsStream> server = h.startServer();
        more = step(h, steps);
        client.cancel(type);
        h.run();
        if (client.error() == null) {
          h.track(client.value());
        } else {
          assertThat(isCancelled(client, type)).as("%s", client.error()).isTrue();
          assertThat(h.clientEnd().isOpen()).isFalse();
          cancelled++;
        }
        if (server.isDone() && server.error() == null) {
          h.track(server.value());
        } else {
          server.assertFailed(StreamError.TRUNCATED);
        }
        h.run();
      }
    }
    assertThat(cancelled).isGreaterThan(5);
  }

  /** Whatever was cancelled, the stream goes on as if nothing had been. */
  private static void sweep(
      CancellationType type, int window, Function<Harness, Result<Void>> start, boolean write) {
    int cancelled = 0;
    for (int steps = 0; steps < STEPS; steps++) {
      try (Harness h =
          new Harness(
                  TestEngine.CONSCRYPT,
                  TestEngine.CONSCRYPT,
                  TestEngine.TLS13,
                  b -> b.windowBytes(window))
              .open()) {
        byte[] before = Harness.random(70_000, 1);
        ByteBuffer sent = ByteBuffer.wrap(before);
        Result<Void> first = h.write(write ? h.client : h.server, sent);
        h.run();
        Result<Void> operation = start.apply(h);
        step(h, steps);
        operation.cancel(type);
        h.run();
        ByteBuffer seen = ByteBuffer.allocate(200_000);
        if (!operation.isDone()) {
          continue; // it is waiting for the peer; the end of the harness ends it
        }
        if (operation.error() != null) {
          assertThat(isCancelled(operation, type)).as("%s", operation.error()).isTrue();
          assertThat(operation.bytes()).isZero();
          cancelled++;
        }
        assertThat(first.error()).isNull();
        TlsStream reader = write ? h.server : h.client;
        int expected = (int) (first.bytes() + (write ? operation.bytes() : -operation.bytes()));
        while (seen.position() < expected) {
          Result<Void> read = h.read(reader, seen);
          h.run();
          assertThat(read.error()).isNull();
        }
        h.transfer(h.client, h.server, Harness.random(3000, 2));
        h.transfer(h.server, h.client, Harness.random(3000, 3));
      }
    }
    assertThat(cancelled).isPositive();
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void readAtEachStep(CancellationType type) {
    sweep(
        type,
        700,
        h -> {
          Result<Void> read = h.result("cancelled read");
          h.client.asyncReadSome(ByteBuffer.allocate(100), (IoHandler) read);
          return read;
        },
        false);
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void waitAtEachStep(CancellationType type) {
    sweep(type, 700, h -> h.await(h.client), false);
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void writeAtEachStep(CancellationType type) {
    sweep(type, 700, h -> h.write(h.client, ByteBuffer.wrap(Harness.random(20_000, 5))), true);
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void idleReadAndWaitLeaveTheStreamAsItWas(CancellationType type) {
    try (Harness h = new Harness().open()) {
      for (int i = 0; i < 3; i++) {
        ByteBuffer target = ByteBuffer.allocate(100);
        Result<Void> operation = i == 1 ? h.await(h.client) : h.read(h.client, target);
        h.run();
        operation.cancel(type);
        h.run();
        assertThat(isCancelled(operation, type)).isTrue();
        assertThat(target.position()).isZero();
      }
      h.transfer(h.server, h.client, Harness.random(1000, 7));
    }
  }

  /** Posts a task of its own before one that is posted from outside. */
  private static final class Overtaking implements StreamExecutor {
    private final ManualExecutor executor = new ManualExecutor();
    private @Nullable Runnable before;

    @Override
    public void execute(Runnable task) {
      Runnable first = before;
      before = null;
      if (first != null) {
        first.run();
      }
      executor.execute(task);
    }

    @Override
    public boolean isCurrent() {
      return executor.isCurrent();
    }

    @Override
    public long nanoTime() {
      return executor.nanoTime();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      return executor.schedule(delay, task);
    }

    @Override
    public BufferPool buffers() {
      return executor.buffers();
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void requestThatOvertakesItsOperationIsHeard(CancellationType type) {
    Overtaking executor = new Overtaking();
    InMemoryPipe pipe = InMemoryPipe.create(executor);
    Result<TlsStream> client = new Result<>("client");
    Result<TlsStream> server = new Result<>("server");
    TestEngine engine = TestEngine.JDK;
    TlsStream.asyncHandshake(
        pipe.client(), engine.session(Role.CLIENT, TestEngine.TLS13), Duration.ZERO, client);
    TlsStream.asyncHandshake(
        pipe.server(), engine.session(Role.SERVER, TestEngine.TLS13), Duration.ZERO, server);
    executor.executor.runUntilIdle();
    Result<Void> read = new Result<>("read");
    executor.before = () -> read.cancel(type);
    client.value().asyncReadSome(ByteBuffer.allocate(10), (IoHandler) read);
    executor.executor.runUntilIdle();
    assertThat(isCancelled(read, type)).isTrue();
    Result<Void> next = new Result<>("next");
    client.value().asyncReadSome(ByteBuffer.allocate(10), (IoHandler) next);
    executor.executor.runUntilIdle();
    assertThat(next.isDone()).isFalse();
    read.cancel(type); // too late for the one, and not for the other
    client.value().close();
    server.value().close();
    executor.executor.runUntilIdle();
    next.assertFailed(StreamError.ABORTED);
  }
}
