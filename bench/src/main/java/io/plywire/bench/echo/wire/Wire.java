// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** A connection of bytes that may hold back what is written until it is told to flush. */
public interface Wire extends ByteChannel {
  /**
   * Goes on with the handshake of TLS, on a blocking channel to its end.
   *
   * @return whether it is done; what came behind it may then be there to be read already
   */
  default boolean handshake() throws IOException {
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Reads from the socket once.
   *
   * @param target with room for {@link Wires#IN_BYTES} at least
   */
  @Override
  int read(ByteBuffer target) throws IOException;

  /**
   * Sends what was held back, as far as it can.
   *
   * @return whether nothing is held back any more
   */
  default boolean flush() throws IOException {
    return true;
  }

  /** Frees what an engine holds outside the heap, and leaves the socket as it is. */
  default void release() {}
}
