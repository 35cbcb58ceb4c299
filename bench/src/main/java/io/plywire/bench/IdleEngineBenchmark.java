// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.tls.TlsStream;
import io.plywire.tls.internal.engine.ConnectionEngine;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What one side of a TLS connection holds that has talked and now waits for data, as the mean of
 * many: a bare engine, and one in the layer. The pipe below is measured alone and left out. The
 * figures are memory; the time says nothing.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Benchmark)
public class IdleEngineBenchmark {
  private static final int PAIRS = 1000;
  private static final int MESSAGE_BYTES = 20_000;

  @Param({"jdk", "conscrypt", "bouncycastle"})
  private String engine = "jdk";

  private final ByteBuffer read = ByteBuffer.allocateDirect(MESSAGE_BYTES + 1024);
  private final ByteBuffer[] written = {ByteBuffer.allocateDirect(MESSAGE_BYTES)};
  private final IoHandler handler = new Turns.Count();

  /** Makes many sides, and keeps what they share until the end. */
  @FunctionalInterface
  private interface Making {
    Object make(List<Closeable> made) throws IOException;
  }

  /** What the process holds. */
  private record Held(long heap, long direct, int descriptors) {
    static Held now() {
      for (int i = 0; i < 4; i++) {
        System.gc();
      }
      Runtime runtime = Runtime.getRuntime();
      String[] open = new File("/proc/self/fd").list();
      return new Held(
          runtime.totalMemory() - runtime.freeMemory(),
          ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
              .filter(pool -> pool.getName().equals("direct"))
              .mapToLong(BufferPoolMXBean::getMemoryUsed)
              .sum(),
          open == null ? 0 : open.length);
    }

    Held since(Held before) {
      return new Held(heap - before.heap, direct - before.direct, descriptors - before.descriptors);
    }
  }

  /** Makes them, looks, and ends them. */
  @Benchmark
  public void hold() throws IOException {
    Held start = Held.now();
    Held pipes = held(this::pipes);
    Held bare = held(this::engines);
    Held layered = held(this::streams);
    Held left = Held.now().since(start);
    tell("engine.heap", bare.heap(), "B");
    tell("layered.heap", layered.heap() - pipes.heap(), "B");
    tell("layer.heap", layered.heap() - pipes.heap() - bare.heap(), "B");
    tell("layer.direct", layered.direct() - pipes.direct() - bare.direct(), "B");
    tell("layered.descriptors", layered.descriptors(), "open");
    tell("left.descriptors", left.descriptors(), "open");
  }

  private static void tell(String name, long ofAll, String unit) {
    Figures.tell(name, ofAll / (2.0 * PAIRS), unit);
  }

  private static Held held(Making making) throws IOException {
    Held before = Held.now();
    List<Closeable> made = new ArrayList<>();
    Object shared = making.make(made);
    Held held = Held.now().since(before);
    for (Closeable each : made) {
      each.close();
    }
    Objects.requireNonNull(shared); // until here
    return held;
  }

  private Object engines(List<Closeable> made) throws SSLException {
    TlsSides sides = new TlsSides(engine);
    ByteBuffer there = sides.allocate(TlsSides.WIRE_BYTES);
    ByteBuffer back = sides.allocate(TlsSides.WIRE_BYTES);
    for (int i = 0; i < PAIRS; i++) {
      ConnectionEngine client = sides.clientSession();
      ConnectionEngine server = sides.serverSession();
      TlsSides.handshake(client.engine(), server.engine(), there, back);
      talk(client.engine(), server.engine(), there.clear());
      talk(server.engine(), client.engine(), there.clear());
      made.add(client::release);
      made.add(server::release);
    }
    return sides;
  }

  private Object pipes(List<Closeable> made) {
    Turns turns = new Turns();
    for (int i = 0; i < PAIRS; i++) {
      InMemoryPipe pipe = InMemoryPipe.builder(turns).build();
      talk(turns, pipe.client(), pipe.server());
      talk(turns, pipe.server(), pipe.client());
      made.add(pipe.client());
      made.add(pipe.server());
    }
    made.add(turns::run);
    return turns;
  }

  private Object streams(List<Closeable> made) {
    TlsSides sides = new TlsSides(engine);
    Turns turns = new Turns();
    TlsStream[] ends = new TlsStream[2];
    for (int i = 0; i < PAIRS; i++) {
      InMemoryPipe pipe = InMemoryPipe.builder(turns).build();
      sides.secureClient(pipe.client(), stream -> ends[0] = stream);
      sides.secureServer(pipe.server(), stream -> ends[1] = stream);
      turns.run();
      talk(turns, ends[0], ends[1]);
      talk(turns, ends[1], ends[0]);
      made.add(ends[0]);
      made.add(ends[1]);
    }
    made.add(turns::run);
    return sides;
  }

  /** Sends a message one way, without the layer. */
  private void talk(SSLEngine from, SSLEngine to, ByteBuffer wire) throws SSLException {
    written[0].clear();
    read.clear();
    while (written[0].hasRemaining()) {
      from.wrap(written, wire);
    }
    wire.flip();
    while (read.position() < MESSAGE_BYTES) {
      to.unwrap(wire, read);
    }
  }

  /** Sends a message one way. */
  private void talk(Turns turns, AsyncStream from, AsyncStream to) {
    written[0].clear();
    read.clear();
    while (written[0].hasRemaining()) {
      from.asyncWriteSome(written, handler);
      turns.run();
      while (read.position() < written[0].position()) {
        to.asyncReadSome(read, handler);
        turns.run();
      }
    }
  }
}
