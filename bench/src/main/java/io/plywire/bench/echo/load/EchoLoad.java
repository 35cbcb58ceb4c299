// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import io.plywire.bench.echo.Cell;
import io.plywire.bench.echo.wire.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.HdrHistogram.Histogram;

/**
 * Messages that a server is to echo, over as many connections as asked for, and others that have
 * echoed one message each and are silent since: a server may have memory for a connection that
 * never spoke which it has not given back after the first message.
 */
final class EchoLoad extends Load {
  /** So much is compared byte by byte on each connection, though never less than two rounds. */
  private static final long COMPARED_BYTES = 64 << 10;

  /** What idle connections have echoed. */
  private static final Cell ONE = new Cell(1, 1, 1 << 10);

  private final List<LoadConnection> connections = new ArrayList<>();
  private final List<SocketChannel> idle = new ArrayList<>();
  private final int inFlight;
  private long underWay;

  EchoLoad(Target server, Cell cell) throws IOException {
    this(server, cell, Math.max(2L * cell.inFlight(), COMPARED_BYTES / cell.size()));
  }

  /**
   * Opens the connections.
   *
   * @param compared how many messages of each are compared byte by byte
   * @throws IOException if one cannot be opened
   */
  EchoLoad(Target server, Cell cell, long compared) throws IOException {
    super(server, "messages");
    inFlight = cell.inFlight();
    Traffic traffic = new Traffic(cell, new Random(1)); // the same for every server
    try {
      for (int i = 0; i < cell.connections(); i++) {
        SelectionKey key = open();
        AnswerReader answers = new AnswerReader(traffic, server.unmasks(), compared);
        Wire wire = ((Opening) key.attachment()).wire;
        connections.add(new LoadConnection(wire, key, traffic, answers, inFlight));
        key.attach(connections.get(i));
      }
      Traffic one = new Traffic(ONE, new Random(1));
      for (int i = 0; i < cell.idle(); i++) {
        SelectionKey key = open();
        idle.add((SocketChannel) key.channel());
        Wire wire = ((Opening) key.attachment()).wire;
        echo(wire, one, new AnswerReader(one, server.unmasks(), 1));
        wire.release();
        key.cancel();
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Opens a connection, while all others are silent: nothing of it is measured. */
  private SelectionKey open() throws IOException {
    Opening opening = connect();
    opening.channel.configureBlocking(false);
    SelectionKey key = opening.channel.register(selector, SelectionKey.OP_READ, opening);
    while (!opening.advance(memory)) {
      await();
    }
    return key;
  }

  private void echo(Wire wire, Traffic one, AnswerReader answer) throws IOException {
    if (wire.write(one.frames()) < one.frameBytes() || !wire.flush()) {
      throw new IOException("a message did not fit the socket's buffer");
    }
    while (answer.messages() == 0) {
      await();
      if (wire.read(memory.clear()) < 0) {
        throw new EOFException("the server ended a connection");
      }
      answer.read(memory.flip());
    }
  }

  private void await() throws IOException {
    if (selector.select(STALLED_MILLIS) == 0) {
      throw new IOException("the server did not answer within 20 s");
    }
    selector.selectedKeys().clear();
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
    int came = ((LoadConnection) key.attachment()).ready(memory, latencies, more);
    underWay -= more ? 0 : came;
    return came;
  }

  @Override
  public void requireIdle() throws IOException {
    int ended = 0;
    for (SocketChannel each : idle) {
      each.configureBlocking(false);
      try {
        ended += each.read(memory.clear()) < 0 ? 1 : 0; // it may have been pinged
      } catch (IOException e) {
        ended++;
      }
    }
    if (ended > 0) {
      throw new IOException(
          "the server had ended " + ended + " of " + idle.size() + " idle connections");
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel each : idle) {
      each.close();
    }
    super.close();
  }
}
