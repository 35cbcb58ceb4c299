// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import java.io.Closeable;
import java.io.IOException;

/**
 * A server that sends every binary message back, on 127.0.0.1, without compression.
 *
 * @param port where it listens
 * @param stop stops listening and ends every connection
 */
public record EchoServer(int port, Stop stop) implements Closeable {
  /** What a message may have. */
  static final int MAX_MESSAGE_BYTES = 16 << 20;

  /** How many connections may wait to be accepted. */
  static final int BACKLOG = 1024;

  /** Stops a server. */
  @FunctionalInterface
  public interface Stop {
    /** Does so. */
    void stop() throws Exception;
  }

  @Override
  public void close() throws IOException {
    try {
      stop.stop();
    } catch (Exception e) {
      throw new IOException("the server does not stop", e);
    }
  }
}
