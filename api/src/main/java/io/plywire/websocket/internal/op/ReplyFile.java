// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that is the body of an answer, sent piece by piece. */
final class ReplyFile {
  private static final Logger log = LoggerFactory.getLogger(ReplyFile.class);
  private static final int PIECE = 64 << 10;

  private final InputStream content;
  private final long length;
  private final byte[] piece;
  private long left;

  private ReplyFile(InputStream content, long length) {
    this.content = content;
    this.length = length;
    this.piece = new byte[(int) Math.min(PIECE, length)];
    this.left = length;
  }

  /** Opens a file; throws if it is none that can be read. */
  static ReplyFile open(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new NoSuchFileException(path.toString());
    }
    long length = Files.size(path); // what it grows by later is not sent
    return new ReplyFile(Files.newInputStream(path), length);
  }

  /** Returns how long the body is. */
  long length() {
    return length;
  }

  /** Returns the next bytes, which belong to this object; null at the end. */
  @Nullable ByteBuffer next() throws IOException {
    if (left == 0) {
      return null;
    }
    int n = content.read(piece, 0, (int) Math.min(piece.length, left));
    if (n < 0) {
      throw new EOFException("a file of " + length + " bytes ended " + left + " bytes too early");
    }
    left -= n;
    return ByteBuffer.wrap(piece, 0, n);
  }

  void close() {
    try {
      content.close();
    } catch (IOException e) {
      log.debug("A file that was sent cannot be closed", e);
    }
  }
}
