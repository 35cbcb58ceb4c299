// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers;

import java.io.Closeable;
import java.io.IOException;

/** Somebody else's server, on a port of the loopback that the system has chosen. */
interface Container extends Closeable {
  int port();

  /** Stops it, in the way that its own documentation has. */
  @Override
  void close() throws IOException;
}
