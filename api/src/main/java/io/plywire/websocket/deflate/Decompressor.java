// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.deflate;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;

/** Decompresses one stream of bytes. For one thread at a time. */
public interface Decompressor extends AutoCloseable {
  /**
   * Decompresses from one buffer into another, as far as the two reach. If there is room left in
   * the target afterwards, the source is used up and nothing is held back.
   *
   * <p>A block marked as the last one ends nothing; what follows it begins with an empty window
   * (RFC 7692 section 7.2.3.4).
   *
   * @param source any buffer; read from its position, which moves past what was taken; no reference
   *     to it is kept
   * @param target written from its position, which moves; has room for at least one byte
   * @return whether what was decompressed so far ends with a block marked as the last one
   * @throws DataFormatException if the data is corrupt; nothing can be decompressed any more
   */
  boolean decompress(ByteBuffer source, ByteBuffer target) throws DataFormatException;

  /**
   * Becomes as new: its window is empty, nothing is held back. May be called at any time before
   * {@link #close}, in the middle of a message and after corrupt data, too.
   */
  void reset();

  /** Frees its memory. May be called again; nothing else may be called afterwards. */
  @Override
  void close();
}
