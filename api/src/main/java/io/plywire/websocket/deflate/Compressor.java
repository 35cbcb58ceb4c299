// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.deflate;

import java.nio.ByteBuffer;

/** Compresses one stream of bytes. For one thread at a time. */
public interface Compressor extends AutoCloseable {
  /**
   * Compresses from one buffer into another, as far as the two reach. Output may be held back until
   * a flush.
   *
   * @param source any buffer, read-only too; read from its position, which moves past what was
   *     taken; no reference to it is kept
   * @param target written from its position, which moves
   * @param flush whether everything taken so far is to come out, up to a byte's end, behind which
   *     an empty stored block stands: the output then ends with {@code 00 00 ff ff}
   * @return whether that is all: the source is used up and, with a flush, its output complete. If
   *     not, the target is full, and the call is to be repeated with another one.
   */
  boolean compress(ByteBuffer source, ByteBuffer target, boolean flush);

  /**
   * Becomes as new: its window is empty, nothing that was taken comes out any more. May be called
   * at any time before {@link #close}, in the middle of a message, too.
   */
  void reset();

  /** Frees its memory. May be called again; nothing else may be called afterwards. */
  @Override
  void close();
}
