// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.WritePendingException;
import java.nio.ByteBuffer;

/** Writing. */
final class WriteOperation extends Operation {
  private static final ByteBuffer[] NOTHING = {};

  private ByteBuffer[] sources = NOTHING;

  WriteOperation(InMemoryStream stream) {
    super(stream);
  }

  /**
   * Initiates a write.
   *
   * @throws WritePendingException if one is outstanding
   */
  void initiate(ByteBuffer[] from, IoHandler handler) {
    claim(IoKind.WRITE.method());
    sources = from;
    initiate(handler, stream.isOpen());
  }

  /**
   * Lets no further write begin, on any thread.
   *
   * @throws WritePendingException if a write is outstanding
   */
  void endOutput() {
    claim(IoKind.WRITE.method());
    stream.endOutput();
    release();
  }

  @Override
  protected IllegalStateException alreadyPending(String operation) {
    return new WritePendingException(operation);
  }

  @Override
  IoKind kind() {
    return IoKind.WRITE;
  }

  @Override
  long offer() {
    long bytes = 0;
    for (ByteBuffer source : sources) {
      bytes += source.remaining();
    }
    return bytes;
  }

  @Override
  void attempt() {
    int n = stream.put(sources, offered, most);
    if (n == Flow.BROKEN) {
      fail(new StreamException(StreamError.RESET, "nobody reads at the other end of " + stream));
    } else if (n != Flow.WAIT) {
      done(n);
    }
  }

  @Override
  void forget() {
    sources = NOTHING;
  }
}
