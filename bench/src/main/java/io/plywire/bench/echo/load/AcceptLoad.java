// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import io.plywire.bench.echo.Cell;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import org.HdrHistogram.Histogram;

/**
 * Connections that are opened and upgraded and then end: always the same number under way. The
 * client stops sending, without a close frame, and waits until the server has closed too.
 */
final class AcceptLoad extends Load {
  private final int atOnce;
  private int underWay;

  /** Prepares; opens nothing yet. */
  AcceptLoad(Target server, Cell cell) throws IOException {
    super(server, "connections");
    atOnce = cell.connections();
  }

  private record Caller(long beganAt, Opening opening) implements Closeable {
    @Override
    public void close() throws IOException {
      opening.wire.close();
    }
  }

  @Override
  void begin() throws IOException {
    for (int i = 0; i < atOnce; i++) {
      call();
    }
  }

  private void call() throws IOException {
    Caller caller = new Caller(System.nanoTime(), connect());
    underWay++;
    caller.opening.channel.configureBlocking(false);
    caller.opening.channel.register(selector, SelectionKey.OP_READ, caller);
    caller.opening.advance(memory);
  }

  @Override
  long underWay() {
    return underWay;
  }

  @Override
  int ready(SelectionKey key, Histogram latencies, boolean more) throws IOException {
    Caller caller = (Caller) key.attachment();
    Opening opening = caller.opening;
    if (!opening.isDone()) {
      if (opening.advance(memory)) {
        latencies.recordValue(System.nanoTime() - caller.beganAt);
        opening.channel.shutdownOutput();
      }
      return 0;
    }
    if (opening.channel.read(memory.clear()) >= 0) {
      return 0; // a close frame, or whatever a server has to say
    }
    caller.close();
    underWay--;
    if (more) {
      call();
    }
    return 1;
  }
}
