// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import io.plywire.bench.echo.Cell;
import io.plywire.bench.echo.wire.Wire;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.HdrHistogram.Histogram;

/** Messages that a server is to echo, over as many connections as asked for. */
final class EchoLoad extends Load {
  /** So much is compared byte by byte on each connection, though never less than two rounds. */
  private static final long COMPARED_BYTES = 64 << 10;

  private final Opening opening;
  private final List<LoadConnection> connections = new ArrayList<>();
  private final List<SocketChannel> idle = new ArrayList<>();
  private final int inFlight;
  private long underWay;

  /**
   * Opens the connections.
   *
   * @throws IOException if one cannot be opened
   */
  EchoLoad(LoadJob job) throws IOException {
    this(job, Math.max(2L * job.cell().inFlight(), COMPARED_BYTES / job.cell().size()));
  }

  /**
   * Opens the connections.
   *
   * @param compared how many messages of each are compared byte by byte
   */
  EchoLoad(LoadJob job, long compared) throws IOException {
    super(job.pid(), "messages");
    opening = new Opening(job.port(), job.tls());
    Cell cell = job.cell();
    inFlight = cell.inFlight();
    Traffic traffic = new Traffic(cell, new Random(1)); // the same for every server
    try {
      for (int i = 0; i < cell.connections(); i++) {
        open(traffic, new AnswerReader(traffic, job.unmasked(), compared));
      }
      for (int i = 0; i < cell.idle(); i++) {
        SocketChannel channel = opening.connect();
        idle.add(channel);
        opening.upgrade(channel);
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void open(Traffic traffic, AnswerReader answers) throws IOException {
    SocketChannel channel = opening.connect();
    try {
      Wire wire = opening.upgrade(channel);
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      LoadConnection connection = new LoadConnection(wire, key, traffic, answers, inFlight);
      key.attach(connection);
      connections.add(connection);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  void begin() throws IOException {
    for (LoadConnection each : connections) {
      underWay += inFlight;
      each.start();
    }
  }

  @Override
  long underWay() {
    return underWay;
  }

  @Override
  int ready(SelectionKey key, Histogram latencies, boolean more) throws IOException {
    int came = ((LoadConnection) key.attachment()).ready(target, latencies, more);
    underWay -= more ? 0 : came;
    return came;
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel each : idle) {
      each.close();
    }
    super.close();
  }
}
