// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.port;

import java.nio.ByteBuffer;

/** What is behind the stream: it never blocks, and posts an event when there is something. */
interface Port {
  /** Returns whether it was not closed yet; any thread. */
  boolean isOpen();

  /** Returns whether there is something to read, or the end. */
  boolean isReadable();

  /** Reads what there is, and returns how many bytes; -1 at the end. */
  int read(ByteBuffer target);

  /** Closes it; any thread. */
  void close();
}
