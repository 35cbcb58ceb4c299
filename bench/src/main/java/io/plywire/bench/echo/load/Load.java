// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import io.plywire.bench.echo.Cell;
import io.plywire.bench.echo.wire.TlsSetup;
import io.plywire.bench.echo.wire.Wires;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Work for one server, and what it takes: on one thread that never sleeps, asking its selector
 * again and again, so that the server never waits for this side to wake up.
 *
 * <p>It is a closed loop, a new piece of work for each that is done: latencies are those under this
 * load, not those of arrivals at a given rate. Between two measurements nothing is under way, so
 * that several of these can take turns.
 */
public abstract class Load implements Closeable {
  static final long STALLED_MILLIS = 20_000;
  private static final long STALLED_NANOS = TimeUnit.MILLISECONDS.toNanos(STALLED_MILLIS);
  private static final long MAX_LATENCY_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int READ_BYTES = Math.max(256 << 10, Wires.IN_BYTES);

  /** The warm-up may take so many times its time until as much is done as shall be. */
  private static final int PATIENCE = 4;

  /** Each measurement is preceded by such a part of its time in which nothing is counted. */
  private static final int RAMP = 8;

  /** Where to read to; what is in it does not outlive a call. */
  final ByteBuffer memory = ByteBuffer.allocateDirect(READ_BYTES);

  final Selector selector = Selector.open();
  private final Target server;
  private final String work;
  private final Wires wires;
  private final Sources sources;
  private final Consumer<SelectionKey> serve = this::serve;
  private final Histogram measured = histogram();
  private final Histogram ignored = histogram();
  private Histogram latencies = ignored;
  private boolean goingOn;
  private long done;

  // Of all measurements.
  private long counted;
  private long nanos;
  private long cpuNanos;
  private int coarseTurns;

  /**
   * Prepares.
   *
   * @param work what is done, for messages, in the plural
   */
  Load(Target server, String work) throws IOException {
    this.server = server;
    this.work = work;
    wires = new Wires(server.tls() ? TlsSetup.load() : null);
    sources = new Sources(server.port());
  }

  /**
   * Opens the connections of a kind of traffic.
   *
   * @throws IOException if one cannot be opened
   */
  public static Load of(Target server, Cell cell) throws IOException {
    return cell.comesAndGoes() ? new AcceptLoad(server, cell) : new EchoLoad(server, cell);
  }

  /** Connects, and says nothing yet; blocking. */
  final Opening connect() throws IOException {
    SocketChannel channel = sources.connect();
    try {
      return new Opening(channel, wires, server.port());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static Histogram histogram() {
    Histogram histogram = new Histogram(MAX_LATENCY_NANOS, 3);
    histogram.setAutoResize(true);
    return histogram;
  }

  /** Sets as much going as shall be under way; nothing is. */
  abstract void begin() throws IOException;

  /** Tells how much is under way. */
  abstract long underWay();

  /**
   * Does what is next on a connection.
   *
   * @param latencies where to record how long it took what is done, in nanoseconds
   * @param more whether to begin something new for each that is done
   * @return how much is done
   */
  abstract int ready(SelectionKey key, Histogram latencies, boolean more) throws IOException;

  /**
   * Works without measuring.
   *
   * @param seconds how long at least
   * @param enough how much to do at least, if four times the time suffices for it
   * @throws IOException if the server does anything wrong, ends, or stops answering
   */
  public final void warmUp(double seconds, long enough) throws IOException {
    long start = System.nanoTime();
    long least = (long) (seconds * 1e9);
    goOn();
    turns(start + least, Long.MAX_VALUE);
    turns(start + PATIENCE * least, enough);
    pause();
  }

  /**
   * Works, and counts what is done and what it costs the server, together with what was measured
   * before. Waits for the first that is done if the time is too short for it.
   *
   * @param seconds how long
   * @throws IOException as {@link #warmUp} does
   */
  public final void measure(double seconds) throws IOException {
    long time = (long) (seconds * 1e9);
    goOn();
    turns(System.nanoTime() + time / RAMP, Long.MAX_VALUE);
    latencies = measured;
    long doneBefore = done;
    ProcessCpu before = ProcessCpu.of(server.pid());
    long begin = System.nanoTime();
    turns(begin + time, Long.MAX_VALUE);
    turns(begin + STALLED_NANOS, doneBefore + 1);
    nanos += System.nanoTime() - begin;
    ProcessCpu after = ProcessCpu.of(server.pid());
    latencies = ignored;
    counted += done - doneBefore;
    cpuNanos += after.nanosSince(before);
    coarseTurns += after.isFineSince(before) ? 0 : 1;
    pause();
  }

  /**
   * Returns what was measured.
   *
   * @throws IOException if nothing was
   */
  public LoadResult result() throws IOException {
    if (counted == 0) {
      throw new IOException("no " + work + " were measured");
    }
    return new LoadResult(
        counted,
        nanos / 1e9,
        cpuNanos / 1e3 / counted,
        coarseTurns,
        measured.getValueAtPercentile(50) / 1e3,
        measured.getValueAtPercentile(99) / 1e3,
        measured.getValueAtPercentile(99.9) / 1e3);
  }

  /**
   * Works without measuring until enough is done.
   *
   * @throws IOException as {@link #warmUp} does, or if it takes longer than 20 s
   */
  final void work(long enough) throws IOException {
    goOn();
    turns(System.nanoTime() + STALLED_NANOS, enough);
    pause();
    if (done < enough) {
      throw new IOException(done + " " + work + " were done in 20 s instead of " + enough);
    }
  }

  private void goOn() throws IOException {
    System.gc(); // what others left shall not be collected now
    goingOn = true;
    begin();
  }

  /** Lets everything that is under way come to its end. */
  private void pause() throws IOException {
    goingOn = false;
    turns(System.nanoTime() + STALLED_NANOS, done + underWay());
    if (underWay() > 0) {
      throw new IOException(underWay() + " " + work + " were not done within 20 s");
    }
  }

  /**
   * Looks at the connections that were silent.
   *
   * @throws IOException if the server has ended one
   */
  public void requireIdle() throws IOException {}

  /** Works until a time or, if that comes first, until so much is done since the beginning. */
  private void turns(long end, long enough) throws IOException {
    long lastDone = System.nanoTime();
    long last = done;
    try {
      while (done < enough) {
        selector.selectNow(serve);
        long now = System.nanoTime();
        if (now - end >= 0) {
          return;
        }
        if (done != last) {
          last = done;
          lastDone = now;
        } else if (now - lastDone > STALLED_NANOS) {
          throw new IOException(
              "none of " + underWay() + " " + work + " was done in 20 s; " + done + " were before");
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void serve(SelectionKey key) {
    try {
      done += ready(key, latencies, goingOn);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey each : selector.keys()) {
      ((Closeable) each.attachment()).close();
    }
    selector.close();
  }
}
