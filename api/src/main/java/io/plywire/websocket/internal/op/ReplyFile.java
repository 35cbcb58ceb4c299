// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.BufferPool;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that is the body of an answer, sent piece by piece. */
final class ReplyFile {
  private static final Logger log = LoggerFactory.getLogger(ReplyFile.class);
  private static final int PIECE = 64 << 10;

  private final BufferPool pool;
  private final FileChannel channel;
  private final long length;
  private long left;
  private @Nullable ByteBuffer piece;

  private ReplyFile(BufferPool pool, FileChannel channel, long length) {
    this.pool = pool;
    this.channel = channel;
    this.length = length;
    this.left = length;
  }

  /** Opens a file; throws if it is none that can be read. */
  static ReplyFile open(Path path, BufferPool pool) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new NoSuchFileException(path.toString());
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new ReplyFile(pool, channel, channel.size());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
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
    ByteBuffer memory = piece;
    if (memory == null) {
      memory = pool.acquire((int) Math.min(PIECE, left));
      piece = memory;
    }
    memory.clear().limit((int) Math.min(memory.capacity(), left));
    int n = channel.read(memory);
    if (n < 0) {
      throw new EOFException("a file of " + length + " bytes ended " + left + " bytes too early");
    }
    left -= n;
    return memory.flip();
  }

  void close() {
    ByteBuffer memory = piece;
    if (memory != null) {
      piece = null;
      pool.release(memory);
    }
    try {
      channel.close();
    } catch (IOException e) {
      log.debug("A file that was sent cannot be closed", e);
    }
  }
}
