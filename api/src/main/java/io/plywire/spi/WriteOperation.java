// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.IoHandler;
import io.plywire.stream.WritePendingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The direction to the peer of a {@link ReadinessStream}. */
final class WriteOperation extends DirectionOperation {
  private static final ByteBuffer[] NONE = {};

  private ByteBuffer[] sources = NONE; // of the write that is pending

  WriteOperation(ReadinessStream stream) {
    super(stream);
  }

  @Override
  protected IllegalStateException alreadyPending(String operation) {
    return new WritePendingException(operation);
  }

  /**
   * Initiates a write.
   *
   * @throws WritePendingException if one is outstanding
   */
  void initiate(ByteBuffer[] from, IoHandler handler) {
    claim("asyncWriteSome");
    sources = from;
    initiate(handler, stream.isUsable());
  }

  @Override
  void attempt() {
    if (isEmpty(sources)) {
      end(null, 0);
      return;
    }
    long n = stream.failure() == null ? write() : 0;
    if (n > 0) {
      end(null, n);
    } else if (stream.failure() != null || !ask()) {
      end(stream.failure(), 0);
    }
  }

  private long write() {
    try {
      return stream.tryWrite(sources);
    } catch (IOException | RuntimeException | Error e) {
      lost(e);
      return 0;
    }
  }

  @Override
  protected void ended(@Nullable IOException error, long bytes) {
    sources = NONE;
  }

  @Override
  void await() throws IOException {
    stream.awaitWritable();
  }

  @Override
  DirectionOperation other() {
    return stream.reads();
  }

  /**
   * Passes on what was accepted; for the teardown.
   *
   * @return whether nothing is left; false also if the connection is lost
   */
  boolean flush() {
    try {
      return stream.failure() == null && stream.tryFlush();
    } catch (IOException | RuntimeException | Error e) {
      lost(e);
      return false;
    }
  }

  /** Nothing gets out any more. */
  @Override
  void streamFailed() {
    if (isWaiting()) {
      endPosted(stream.failure(), 0);
    }
  }

  private static boolean isEmpty(ByteBuffer[] buffers) {
    for (ByteBuffer buffer : buffers) {
      if (buffer.hasRemaining()) {
        return false;
      }
    }
    return true;
  }
}
