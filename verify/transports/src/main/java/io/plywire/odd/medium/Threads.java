// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.spi.ExecutorAdapter;
import io.plywire.stream.StreamExecutor;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The threads of the transports, and executors over them. */
public final class Threads {
  /** For whatever blocks; an idle thread does not stay long, because threads are counted. */
  public static final ExecutorService BLOCKING =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          1,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          named("odd-blocking"));

  /** A few threads for what does not block. */
  public static final ExecutorService FEW = Executors.newFixedThreadPool(3, named("odd-few"));

  private static final List<ExecutorAdapter> ADAPTERS =
      Stream.generate(() -> new ExecutorAdapter(FEW)).limit(4).toList();
  private static final AtomicInteger NEXT = new AtomicInteger();

  private Threads() {}

  /** Returns one of a few executors that are shared by many streams. */
  public static StreamExecutor executor() {
    return ADAPTERS.get(Math.floorMod(NEXT.getAndIncrement(), ADAPTERS.size()));
  }

  /** Returns an executor that nobody else has, over threads that everybody has. */
  public static StreamExecutor ownExecutor() {
    return new ExecutorAdapter(FEW);
  }

  /** Makes daemons, so that nothing keeps the JVM. */
  public static ThreadFactory named(String name) {
    return body -> {
      Thread thread = new Thread(body, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
