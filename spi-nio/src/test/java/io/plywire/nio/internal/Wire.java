// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.nio.NioOptions;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** What the contract is checked over. */
enum Wire {
  TCP("ws", true),
  TCP_UNCOLLECTED("ws", false),
  UNIX("ws+unix", true),
  UNIX_UNCOLLECTED("ws+unix", false);

  private static final AtomicInteger NAMES = new AtomicInteger();

  final boolean tcp;
  final TransportOptions options;

  Wire(String scheme, boolean coalesce) {
    this.tcp = scheme.equals("ws");
    this.options = TransportOptions.defaults().with(NioOptions.COALESCE, coalesce);
  }

  /** Returns an endpoint to listen on that nobody else uses. */
  Endpoint freshEndpoint() throws IOException {
    return tcp ? loopback() : unix(freshPath());
  }

  static Endpoint loopback() {
    return Endpoint.parse("ws://127.0.0.1:0");
  }

  static Endpoint unix(Path path) {
    return new Endpoint("ws+unix", false, path.toString(), -1, "/");
  }

  /** Returns the path of no file in an existing directory; short enough for a socket. */
  static Path freshPath() throws IOException {
    Path directory = Files.createTempDirectory("plywire");
    directory.toFile().deleteOnExit();
    return directory.resolve("s" + NAMES.incrementAndGet());
  }
}
