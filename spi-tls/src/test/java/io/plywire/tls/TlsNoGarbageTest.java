// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A write and a read make no object of their own; what an engine makes for itself, it makes. */
class TlsNoGarbageTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 2_000;

  private final ManualExecutor executor = new ManualExecutor();

  @ParameterizedTest
  @CsvSource({
    "CONSCRYPT, 64, 16",
    "CONSCRYPT, 16384, 16",
    "CONSCRYPT, 100000, 16",
    "JDK, 1024, 600", // of 2.7 KiB; how much the compiler spares the engine depends on its caller
    "JDK, 16367, 600"
  })
  void layerAllocatesNoMoreThanItsEngines(TestEngine engine, int bytes, int tolerance)
      throws Exception {
    TestEngine.Session client = engine.session(Role.CLIENT, TestEngine.TLS13).suited();
    TestEngine.Session server = engine.session(Role.SERVER, TestEngine.TLS13).suited();
    InMemoryPipe pipe = InMemoryPipe.builder(executor).windowBytes(1 << 20).build();
    Result<TlsStream> opening = new Result<>("client");
    Result<TlsStream> accepting = new Result<>("server");
    TlsStream.asyncHandshake(pipe.client(), client, Duration.ZERO, opening);
    TlsStream.asyncHandshake(pipe.server(), server, Duration.ZERO, accepting);
    executor.runUntilIdle();

    OneWay traffic = new OneWay(opening.value(), accepting.value(), bytes);
    long layer = leastOf(() -> traffic.run(executor));
    opening.value().close();
    accepting.value().close();
    executor.runUntilIdle();

    BareEngines bare = new BareEngines(engine, bytes);
    long engines = leastOf(bare::run);
    bare.close();
    assertThat(layer - engines)
        .as("bytes per round beyond the engines' " + engines)
        .isLessThan(tolerance);
  }

  /** Returns the bytes of one round; the best of a few, once everything is compiled. */
  private static long leastOf(Runnable round) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 6; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int j = 0; j < ROUNDS; j++) {
        round.run();
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least / ROUNDS;
  }

  /** Writes some bytes and reads them at the other end. */
  private static final class OneWay {
    private final ByteBuffer source;
    private final ByteBuffer[] sources;
    private final ByteBuffer target;
    private final TlsStream from;
    private final TlsStream to;
    private final Runnable both = this::start; // on the executor: the way there costs an object
    private final IoHandler writing = this::written;
    private final IoHandler reading = this::got;

    OneWay(TlsStream from, TlsStream to, int bytes) {
      this.from = from;
      this.to = to;
      source = ByteBuffer.allocate(bytes);
      sources = new ByteBuffer[] {source};
      target = ByteBuffer.allocate(bytes + 1000); // room to decrypt in
    }

    void run(ManualExecutor executor) {
      source.clear();
      target.clear();
      executor.execute(both);
      executor.runUntilIdle();
      if (target.position() != source.capacity()) {
        throw new AssertionError(target);
      }
    }

    private void start() {
      from.asyncWriteSome(sources, writing);
      to.asyncReadSome(target, reading);
    }

    private void written(@Nullable IOException error, long bytes) {
      if (source.hasRemaining()) {
        from.asyncWriteSome(sources, writing);
      }
    }

    private void got(@Nullable IOException error, long bytes) {
      if (target.position() < source.capacity()) {
        to.asyncReadSome(target, reading);
      }
    }
  }
}
