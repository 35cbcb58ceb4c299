// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.CancellationSlot;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Writing. */
final class WriteOperation extends Operation {
  private static final ByteBuffer[] NOTHING = {};

  private ByteBuffer[] sources = NOTHING;

  WriteOperation(InMemoryStream stream, AtomicReference<@Nullable IoKind> turn) {
    super(stream, IoKind.WRITE, turn);
  }

  void initiate(ByteBuffer[] from, IoHandler handler, CancellationSlot slot) {
    sources = from;
    initiate(IoKind.WRITE, handler, slot);
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
    if (n == Flow.WAIT) {
      await();
    } else if (n == Flow.BROKEN) {
      fail(new StreamException(StreamError.RESET, "nobody reads at the other end of " + stream));
    } else {
      done(n);
    }
  }

  @Override
  void forget() {
    sources = NOTHING;
  }
}
