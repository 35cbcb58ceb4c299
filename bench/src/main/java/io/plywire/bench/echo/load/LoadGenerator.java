// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import io.plywire.bench.echo.Cell;
import io.plywire.bench.echo.wire.Wire;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Echoes with a server over as many connections as asked for, on one thread that never sleeps: it
 * asks its selector again and again, so that the server never waits for this side to wake up.
 *
 * <p>It is a closed loop, a new message for each that came back: latencies are those under this
 * load, not those of arrivals at a given rate.
 */
public final class LoadGenerator implements Closeable {
  private static final int READ_BYTES = 256 << 10;
  private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long MAX_LATENCY_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** The warm-up may take so many times its time until its messages are through. */
  private static final int PATIENCE = 4;

  /** So much is compared byte by byte on each connection, though never less than two rounds. */
  private static final long COMPARED_BYTES = 64 << 10;

  private final LoadJob job;
  private final Opening opening;
  private final Selector selector = Selector.open();
  private final List<SocketChannel> channels = new ArrayList<>();
  private final List<LoadConnection> connections = new ArrayList<>();
  private final ByteBuffer target = ByteBuffer.allocateDirect(READ_BYTES);
  private final Histogram latencies = new Histogram(MAX_LATENCY_NANOS, 3);
  private final Consumer<SelectionKey> serve = this::serve;
  private long messages;

  /**
   * Opens the connections.
   *
   * @throws IOException if one cannot be opened
   */
  public LoadGenerator(LoadJob job) throws IOException {
    this(job, Math.max(2L * job.cell().inFlight(), COMPARED_BYTES / job.cell().size()));
  }

  /**
   * Opens the connections.
   *
   * @param compared how many messages of each are compared byte by byte
   */
  LoadGenerator(LoadJob job, long compared) throws IOException {
    this.job = job;
    opening = new Opening(job.port(), job.tls());
    latencies.setAutoResize(true);
    Random random = new Random(1); // the same traffic for every server
    Cell cell = job.cell();
    Traffic traffic = new Traffic(cell, random);
    try {
      for (int i = 0; i < cell.connections(); i++) {
        SocketChannel channel = connect();
        Wire wire = opening.upgrade(channel);
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
        LoadConnection connection =
            new LoadConnection(
                wire,
                key,
                traffic,
                new AnswerReader(traffic, job.unmasked(), compared),
                cell.inFlight());
        key.attach(connection);
        connections.add(connection);
      }
      for (int i = 0; i < cell.idle(); i++) {
        opening.upgrade(connect());
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private SocketChannel connect() throws IOException {
    SocketChannel channel = opening.connect();
    channels.add(channel);
    return channel;
  }

  /**
   * Warms up and measures.
   *
   * @throws IOException if the server sent anything but an echo, ended, or stopped answering
   */
  public LoadResult run() throws IOException {
    for (LoadConnection each : connections) {
      each.start();
    }
    long start = System.nanoTime();
    long least = nanos(job.warmUpSeconds());
    turns(start + least, 0);
    turns(start + PATIENCE * least, job.warmUpMessages());
    latencies.reset();
    long messagesBefore = messages;
    ProcessCpu before = ProcessCpu.of(job.pid());
    long begin = System.nanoTime();
    turns(begin + nanos(job.seconds()), 0);
    if (messages == messagesBefore) {
      turns(begin + STALLED_NANOS, messagesBefore + 1); // a short time on a busy machine
    }
    long nanos = System.nanoTime() - begin;
    ProcessCpu after = ProcessCpu.of(job.pid());
    long counted = messages - messagesBefore;
    if (counted == 0) {
      throw new IOException("no message came back within 20 s");
    }
    return new LoadResult(
        counted,
        nanos / 1e9,
        after.nanosSince(before) / 1e3 / counted,
        after.sourceSince(before),
        latencies.getValueAtPercentile(50) / 1e3,
        latencies.getValueAtPercentile(99) / 1e3,
        latencies.getValueAtPercentile(99.9) / 1e3,
        latencies.getMaxValue() / 1e3);
  }

  /**
   * Echoes without measuring.
   *
   * @param enough how many messages shall come back
   * @throws IOException as {@link #run} does
   */
  void converse(long enough) throws IOException {
    for (LoadConnection each : connections) {
      each.start();
    }
    turns(System.nanoTime() + STALLED_NANOS, enough);
    if (messages < enough) {
      throw new IOException(messages + " messages came back in 20 s instead of " + enough);
    }
  }

  private static long nanos(double seconds) {
    return (long) (seconds * 1e9);
  }

  /** Works until a time or, if that is given and comes first, until a number of messages. */
  private void turns(long end, long enough) throws IOException {
    long lastCame = System.nanoTime();
    long last = messages;
    try {
      while (true) {
        selector.selectNow(serve);
        long now = System.nanoTime();
        if (now - end >= 0 || (enough > 0 && messages >= enough)) {
          return;
        }
        if (messages != last) {
          last = messages;
          lastCame = now;
        } else if (now - lastCame > STALLED_NANOS) {
          throw new IOException("no answer came for 20 s; " + messages + " had come before");
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void serve(SelectionKey key) {
    try {
      messages += ((LoadConnection) key.attachment()).ready(target, latencies);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel each : channels) {
      each.close();
    }
    selector.close();
  }
}
