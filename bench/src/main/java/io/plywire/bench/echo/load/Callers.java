// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import io.plywire.bench.echo.wire.TlsMemory;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Opens connections, upgrades them, and closes them at once: always the same number under way, on
 * one thread that never sleeps, as {@link LoadGenerator} does with messages.
 */
public final class Callers implements Closeable {
  private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long MAX_LATENCY_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** The warm-up may take so many times its time until its connections are through. */
  private static final int PATIENCE = 4;

  private final AcceptJob job;
  private final Opening opening;
  private final Sources sources;
  private final Selector selector = Selector.open();
  private final ByteBuffer target = ByteBuffer.allocate(TlsMemory.IN_BYTES);
  private final Histogram latencies = new Histogram(MAX_LATENCY_NANOS, 3);
  private final Consumer<SelectionKey> serve = this::serve;
  private boolean calling = true; // a new one for each that ends
  private int underWay;
  private long ended;

  /** Prepares for a job; opens nothing yet. */
  public Callers(AcceptJob job) throws IOException {
    this.job = job;
    opening = new Opening(job.port(), job.tls());
    sources = new Sources(job.port(), (int) System.nanoTime());
    latencies.setAutoResize(true);
  }

  /**
   * Warms up and measures.
   *
   * @throws IOException if the server refused, said anything but 101, or let a connection wait
   */
  public AcceptResult run() throws IOException {
    begin();
    long start = System.nanoTime();
    long least = nanos(job.warmUpSeconds());
    turns(start + least, 0);
    turns(start + PATIENCE * least, job.warmUpConnections());
    latencies.reset();
    long endedBefore = ended;
    ProcessCpu before = ProcessCpu.of(job.pid());
    long begin = System.nanoTime();
    turns(begin + nanos(job.seconds()), 0);
    if (ended == endedBefore) {
      turns(begin + STALLED_NANOS, endedBefore + 1); // a short time on a busy machine
    }
    long nanos = System.nanoTime() - begin;
    ProcessCpu after = ProcessCpu.of(job.pid());
    long counted = ended - endedBefore;
    if (counted == 0) {
      throw new IOException("no connection was closed within 20 s");
    }
    return new AcceptResult(
        counted,
        nanos / 1e9,
        after.nanosSince(before) / 1e3 / counted,
        after.sourceSince(before),
        latencies.getValueAtPercentile(50) / 1e3,
        latencies.getValueAtPercentile(99) / 1e3);
  }

  /**
   * Opens and closes some without measuring, and leaves none open.
   *
   * @throws IOException as {@link #run} does
   */
  void call(long connections) throws IOException {
    begin();
    turns(System.nanoTime() + STALLED_NANOS, connections);
    calling = false;
    turns(System.nanoTime() + STALLED_NANOS, ended + underWay);
    if (underWay > 0 || ended < connections) {
      throw new IOException(ended + " connections ended in 20 s, " + underWay + " did not");
    }
  }

  private void begin() throws IOException {
    while (underWay < job.atOnce()) {
      open();
    }
  }

  private void open() throws IOException {
    Caller caller = new Caller(opening, sources, job.port());
    underWay++;
    caller.start(selector);
  }

  private static long nanos(double seconds) {
    return (long) (seconds * 1e9);
  }

  /** Works until a time or, if that is given and comes first, until so many have ended. */
  private void turns(long end, long enough) throws IOException {
    long lastCame = System.nanoTime();
    long last = ended;
    try {
      while (enough == 0 || ended < enough) {
        selector.selectNow(serve);
        long now = System.nanoTime();
        if (now - end >= 0) {
          return;
        }
        if (ended != last) {
          last = ended;
          lastCame = now;
        } else if (now - lastCame > STALLED_NANOS) {
          throw new IOException(
              "no connection ended for 20 s, " + underWay + " are open; " + ended + " had before");
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void serve(SelectionKey key) {
    try {
      if (((Caller) key.attachment()).ready(target, latencies)) {
        ended++;
        underWay--;
        if (calling) {
          open();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey each : selector.keys()) {
      each.channel().close();
    }
    selector.close();
  }
}
