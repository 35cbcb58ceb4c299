// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.stream.Role;
import io.plywire.websocket.DeflateUsage;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What an idle connection holds more if it has agreed on compression, as the mean of many, before
 * the first message and after one each way; and how many compressors and decompressors there are
 * then. The figures are memory; the time says nothing.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Benchmark)
public class IdleDeflateBenchmark {
  private static final int PAIRS = 1_000;

  private final ByteBuffer text = ByteBuffer.wrap(Payloads.json(new Random(7692)));
  private final MessageBuffer memory = new MessageBuffer(4096);
  private final Turns.Count count = new Turns.Count();

  /** What connections hold, in bytes of heap each. */
  private record Held(double silent, double talked, DeflateUsage engines) {}

  /** Makes them, looks, and ends them. */
  @Benchmark
  public void hold() {
    held(null); // whatever is made once
    Held plain = held(null);
    tell("standalone", held(new DeflateParameters(15, 15, false, false)), plain);
    tell("takeover", held(new DeflateParameters(15, 15, true, true)), plain);
    Figures.tell("plain.silent.heap", plain.silent(), "B");
    Figures.tell("plain.talked.heap", plain.talked(), "B");
  }

  private static void tell(String name, Held held, Held plain) {
    Figures.tell(name + ".silent.heap", held.silent() - plain.silent(), "B");
    Figures.tell(name + ".talked.heap", held.talked() - plain.talked(), "B");
    Figures.tell(name + ".compressors", held.engines().compressors(), "alive");
    Figures.tell(name + ".decompressors", held.engines().decompressors(), "alive");
  }

  private Held held(@Nullable DeflateParameters agreed) {
    long before = heap();
    Turns turns = new Turns();
    List<WebSocketStream> streams = new ArrayList<>(2 * PAIRS);
    WebSocketOptions options = WebSocketOptions.defaults();
    if (agreed != null) {
      options = options.withDeflate(DeflateOptions.defaults());
    }
    for (int i = 0; i < PAIRS; i++) {
      InMemoryPipe pipe = InMemoryPipe.builder(turns).build();
      Upgraded client = Upgraded.as(Role.CLIENT);
      Upgraded server = Upgraded.as(Role.SERVER);
      streams.add(
          new WebSocketStream(
              pipe.client(), options, agreed == null ? client : client.withDeflate(agreed)));
      streams.add(
          new WebSocketStream(
              pipe.server(), options, agreed == null ? server : server.withDeflate(agreed)));
    }
    double silent = (heap() - before) / (2.0 * PAIRS);
    for (int i = 0; i < PAIRS; i++) {
      talk(turns, streams.get(2 * i), streams.get(2 * i + 1));
      talk(turns, streams.get(2 * i + 1), streams.get(2 * i));
    }
    double talked = (heap() - before) / (2.0 * PAIRS);
    DeflateUsage engines = DeflateUsage.now();
    streams.forEach(WebSocketStream::abort);
    turns.run();
    return new Held(silent, talked, engines);
  }

  private void talk(Turns turns, WebSocketStream from, WebSocketStream to) {
    memory.clear();
    from.asyncWriteSome(true, text.clear(), count);
    to.asyncRead(memory, count);
    turns.run();
    if (memory.size() != Payloads.JSON_BYTES) {
      throw new IllegalStateException("got " + memory.size() + " bytes");
    }
  }

  private static long heap() {
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
