// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** A connection of bytes that may hold back what is written until it is told to flush. */
public interface Wire extends ByteChannel {
  /**
   * {@inheritDoc}
   *
   * <p>Reads from the socket once.
   *
   * @param target with room for {@link TlsMemory#IN_BYTES} at least
   */
  @Override
  int read(ByteBuffer target) throws IOException;

  /**
   * Sends what was held back, as far as it can.
   *
   * @return whether nothing is held back any more
   */
  boolean flush() throws IOException;
}
