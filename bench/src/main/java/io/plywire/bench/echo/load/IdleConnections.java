// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import io.plywire.bench.echo.Cell;
import io.plywire.bench.echo.wire.TlsMemory;
import io.plywire.bench.echo.wire.Wire;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Connections that have echoed one message each and are silent since: a server may have memory for
 * a connection that never spoke which it has not given back after the first message.
 */
final class IdleConnections implements Closeable {
  private static final Cell MESSAGE = new Cell(1, 1, 1 << 10);

  private final List<SocketChannel> channels = new ArrayList<>();

  /** Opens some more. */
  void open(OpenJob job) throws IOException {
    Opening opening = new Opening(job.port(), job.tls());
    Traffic traffic = new Traffic(MESSAGE, new Random(1));
    ByteBuffer target = ByteBuffer.allocateDirect(TlsMemory.IN_BYTES);
    for (int i = 0; i < job.connections(); i++) {
      SocketChannel channel = opening.connect();
      channels.add(channel);
      echo(opening.upgrade(channel), traffic, new AnswerReader(traffic, job.unmasked(), 1), target);
    }
  }

  private static void echo(Wire wire, Traffic traffic, AnswerReader answer, ByteBuffer target)
      throws IOException {
    ByteBuffer frame = traffic.frames().limit(traffic.frameBytes());
    while (frame.hasRemaining()) {
      wire.write(frame);
    }
    wire.flush();
    while (answer.messages() == 0) {
      if (wire.read(target.clear()) < 0) {
        throw new EOFException("the server ended a connection");
      }
      answer.read(target.flip());
    }
  }

  /**
   * Closes all.
   *
   * @throws IOException if the server has ended one before
   */
  void closeOpen() throws IOException {
    int all = channels.size();
    int ended = 0;
    ByteBuffer target = ByteBuffer.allocate(TlsMemory.IN_BYTES);
    for (SocketChannel each : channels) {
      each.configureBlocking(false);
      try {
        ended += each.read(target.clear()) < 0 ? 1 : 0; // it may have been pinged
      } catch (IOException e) {
        ended++;
      }
    }
    close();
    if (ended > 0) {
      throw new IOException("the server had ended " + ended + " of " + all + " idle connections");
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel each : channels) {
      each.close();
    }
    channels.clear();
  }
}
