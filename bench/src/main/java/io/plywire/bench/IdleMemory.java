// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.tls.TlsEngine;
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
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Measures what one side of a connection holds that has talked and is now idle, waiting for data:
 * the bare engine, and the engine in the layer. The pipe below is measured alone and left out.
 */
public final class IdleMemory {
  private static final int PAIRS = 1000;
  private static final int MESSAGE_BYTES = 20_000;

  private final String engine;

  private IdleMemory(String engine) {
    this.engine = engine;
  }

  /** What a number of idle sides hold together. */
  private record Held(long heap, long direct, int descriptors) {
    static Held now() {
      for (int i = 0; i < 4; i++) {
        System.gc();
      }
      Runtime runtime = Runtime.getRuntime();
      long direct =
          ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
              .filter(pool -> pool.getName().equals("direct"))
              .mapToLong(BufferPoolMXBean::getMemoryUsed)
              .sum();
      String[] open = new File("/proc/self/fd").list();
      return new Held(
          runtime.totalMemory() - runtime.freeMemory(), direct, open == null ? 0 : open.length);
    }

    Held since(Held before) {
      return new Held(heap - before.heap, direct - before.direct, descriptors - before.descriptors);
    }

    double perSide(long all) {
      return all / (2.0 * PAIRS);
    }
  }

  /**
   * Prints a table.
   *
   * @param args engines; all of them if there are none
   */
  public static void main(String... args) {
    System.out.printf(
        "JDK %s; for each side of a connection, mean of %d%n%n", Runtime.version(), 2 * PAIRS);
    System.out.println(
        "| engine | bare engine, heap | in the layer, heap | layer | direct, layer | descriptors"
            + " open | after close |");
    System.out.println("|---|---:|---:|---:|---:|---:|---:|");
    List<String> engines =
        args.length > 0 ? List.of(args) : TlsEngine.all().stream().map(TlsEngine::name).toList();
    for (String engine : engines) {
      new IdleMemory(engine).measure();
    }
  }

  private void measure() {
    held(this::engines, 3); // loads classes, fills pools
    held(this::streams, 3);
    Held start = Held.now();
    Held pipes = held(this::pipes, 1);
    Held bare = held(this::engines, 1);
    Held layered = held(this::streams, 1);
    Held left = Held.now().since(start);
    double own = bare.perSide(bare.heap());
    double all = layered.perSide(layered.heap() - pipes.heap());
    System.out.printf(
        "| %s | %.0f B | %.0f B | %.0f B | %.0f B | %.1f | %.1f |%n",
        engine,
        own,
        all,
        all - own,
        layered.perSide(layered.direct() - bare.direct() - pipes.direct()),
        layered.perSide(layered.descriptors()),
        left.perSide(left.descriptors()));
  }

  /** Makes many, looks, and ends them; what the last round held counts. */
  private static Held held(Supplier<List<Closeable>> making, int rounds) {
    Held held = null;
    for (int i = 0; i < rounds; i++) {
      Held before = Held.now();
      List<Closeable> made = making.get();
      held = Held.now().since(before);
      for (Closeable each : made) {
        try {
          each.close();
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    return Objects.requireNonNull(held);
  }

  private List<Closeable> engines() {
    TlsSides sides = new TlsSides(engine);
    ByteBuffer there = sides.allocate(TlsSides.WIRE_BYTES);
    ByteBuffer back = sides.allocate(TlsSides.WIRE_BYTES);
    List<Closeable> made = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      ConnectionEngine client = sides.clientSession();
      ConnectionEngine server = sides.serverSession();
      TlsSides.handshake(client.engine(), server.engine(), there, back);
      talk(client.engine(), server.engine(), there.clear());
      talk(server.engine(), client.engine(), there.clear());
      made.add(client::release);
      made.add(server::release);
    }
    made.add(sides::freshPort); // keeps the contexts, as the streams keep theirs
    return made;
  }

  private List<Closeable> pipes() {
    Turns turns = new Turns();
    List<Closeable> made = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      InMemoryPipe pipe = InMemoryPipe.builder(turns).build();
      talk(turns, pipe.client(), pipe.server());
      talk(turns, pipe.server(), pipe.client());
      made.add(pipe.client());
      made.add(pipe.server());
    }
    made.add(turns::run);
    return made;
  }

  private List<Closeable> streams() {
    TlsSides sides = new TlsSides(engine);
    Turns turns = new Turns();
    List<Closeable> made = new ArrayList<>();
    TlsStream[] ends = new TlsStream[2];
    for (int i = 0; i < PAIRS; i++) {
      InMemoryPipe pipe = InMemoryPipe.builder(turns).build();
      TlsStream.asyncHandshake(
          pipe.client(),
          sides.client,
          sides.host(),
          sides.freshPort(),
          (error, stream) -> ends[0] = require(error, stream));
      TlsStream.asyncHandshake(
          pipe.server(), sides.server, null, -1, (e, stream) -> ends[1] = require(e, stream));
      turns.run();
      talk(turns, ends[0], ends[1]);
      talk(turns, ends[1], ends[0]);
      made.add(ends[0]);
      made.add(ends[1]);
    }
    made.add(turns::run);
    return made;
  }

  private static TlsStream require(@Nullable IOException error, @Nullable TlsStream stream) {
    if (stream == null) {
      throw new IllegalStateException(error);
    }
    return stream;
  }

  private static final ByteBuffer READ = ByteBuffer.allocateDirect(MESSAGE_BYTES + 1024);
  private static final ByteBuffer[] WRITTEN = {ByteBuffer.allocateDirect(MESSAGE_BYTES)};

  /** Sends a message one way, without the layer. */
  private static void talk(SSLEngine from, SSLEngine to, ByteBuffer wire) {
    WRITTEN[0].clear();
    READ.clear();
    try {
      while (WRITTEN[0].hasRemaining()) {
        from.wrap(WRITTEN, wire);
      }
      wire.flip();
      while (READ.position() < MESSAGE_BYTES) {
        to.unwrap(wire, READ);
      }
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends a message one way. */
  private static void talk(Turns turns, AsyncStream from, AsyncStream to) {
    OpenPipe.Count count = new OpenPipe.Count();
    WRITTEN[0].clear();
    READ.clear();
    IoHandler handler = count;
    while (WRITTEN[0].hasRemaining()) {
      from.asyncWriteSome(WRITTEN, handler);
      turns.run();
      while (READ.position() < WRITTEN[0].position()) {
        to.asyncReadSome(READ, handler);
        turns.run();
      }
    }
  }
}
