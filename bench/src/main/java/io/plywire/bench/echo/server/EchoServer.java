// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import java.io.Closeable;
import java.io.IOException;

/** A server that sends every binary message back, on 127.0.0.1, without compression. */
public interface EchoServer extends Closeable {
  /** Returns where it listens. */
  int port();

  /** Stops listening and ends every connection. */
  @Override
  void close() throws IOException;
}
